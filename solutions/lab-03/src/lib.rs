//! Server-sent events (being written).
