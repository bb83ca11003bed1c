"""The event contract: types, envelope, codec, schemas. No secret can be expressed here (D32)."""
