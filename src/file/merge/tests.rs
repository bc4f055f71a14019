//! Merges of sealed files as a whole.
