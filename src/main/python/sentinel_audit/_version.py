"""The version of the SDK, which the build reads too."""

__version__ = "0.2.0"
