//! Reading a compressed body as it comes.

use flate2::write::GzDecoder;
use std::io::Write;

/// What a gzip stream says so far, as text. A stream that isn't gzip, or not any more, says nothing
/// from there on.
pub fn unzip(so_far: &[u8]) -> String {
    let mut decoder = GzDecoder::new(Vec::new());
    // An error is told by what is missing: the caller compares.
    let _ = decoder.write_all(so_far).and_then(|()| decoder.flush());
    String::from_utf8_lossy(decoder.get_ref()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::unzip;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    #[test]
    fn what_was_flushed_can_be_read() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        assert_eq!(unzip(encoder.get_ref()), "");
        encoder.write_all(b"OOLONG 25.5\n").unwrap();
        encoder.flush().unwrap();
        assert_eq!(unzip(encoder.get_ref()), "OOLONG 25.5\n");
        encoder.write_all(b"CEYLON 24.4\n").unwrap();
        encoder.flush().unwrap();
        let flushed = encoder.get_ref().clone();
        assert_eq!(unzip(&flushed), "OOLONG 25.5\nCEYLON 24.4\n");
        assert_eq!(unzip(&flushed[..flushed.len() / 2]).lines().next(), Some("OOLONG 25.5"));
        assert_eq!(unzip(&encoder.finish().unwrap()), "OOLONG 25.5\nCEYLON 24.4\n");
        assert_eq!(unzip(b"OOLONG 25.5"), "");
    }
}
