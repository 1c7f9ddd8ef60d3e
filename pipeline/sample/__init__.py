"""The bundled sample province: texts we wrote of invented outlets, and a small real web server that shows them."""

from pipeline.sample.server import SampleProvince
from pipeline.sample.texts import SampleArticle, labels, load_articles

__all__ = ["SampleArticle", "SampleProvince", "labels", "load_articles"]
