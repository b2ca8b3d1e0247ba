//! What happened on a wire (being written).
