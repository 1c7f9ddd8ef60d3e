"""The eight site designs of the sample province, each as if made with another content system."""

from typing import Final

from pipeline.sample.site import SampleSite
from pipeline.sample.sites import baosonkhe, congtinh, nampan, ptth, sonoivu, sotttt, tapchi, thachbinh

_MODULES = (baosonkhe, ptth, tapchi, sonoivu, sotttt, thachbinh, nampan, congtinh)

SITES: Final[dict[str, SampleSite]] = {module.SITE.outlet: module.SITE for module in _MODULES}
