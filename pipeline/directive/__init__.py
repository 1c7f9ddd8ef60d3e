"""From an official letter to what it asks: pages, sentences, and the facts found in them, each with its place."""
