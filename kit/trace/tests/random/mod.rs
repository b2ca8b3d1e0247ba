//! A seeded generator, so that a failing test fails again.

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub struct Random(pub u64);

impl Random {
    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    /// One of these.
    pub fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// Up to `most` bytes, rich in what could go wrong: ends of lines, marks, cut characters.
    #[allow(dead_code, reason = "each test file compiles this module for itself")]
    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
        const PIECES: [&[u8]; 24] = [
            b"\r",
            b"\n",
            b"\r\n",
            b" ",
            b"\0",
            b"\xff",
            b"\xc3",
            b"a",
            b":",
            b"data: x",
            "ü".as_bytes(),
            "␊".as_bytes(),
            "⟦ff⟧".as_bytes(),
            "⟨end⟩".as_bytes(),
            "│".as_bytes(),
            "→".as_bytes(),
            b"\xe2\x90",
            "\u{301}".as_bytes(),
            "\u{202e}".as_bytes(),
            b"\t",
            b"\x1b[0m",
            "\u{feff}".as_bytes(),
            "🌦".as_bytes(),
            "\u{2028}".as_bytes(),
        ];
        let count = self.below(most + 1);
        (0..count).flat_map(|_| self.one_of(&PIECES).to_vec()).collect()
    }
}
