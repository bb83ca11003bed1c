"""The marts: small tables made from the lake by one SQL file each, published as immutable sets."""
