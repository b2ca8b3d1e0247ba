//! Raw clients, transcripts, faults (being written).
