"""The contract with the outside, written from the code: reference of events, AsyncAPI file."""
