//! Generated input, from a seed, so that a failing test fails again.

/// A generator of numbers: SplitMix64 (Steele, Lea and Flood, 2014). It is made from its seed.
#[derive(Clone, Copy, Debug)]
pub struct Random(pub u64);

impl Random {
    /// A number below `end`.
    ///
    /// # Panics
    /// If `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    /// Up to `most` of these pieces, one after the other.
    ///
    /// # Panics
    /// If there are none.
    pub fn some_of<T: AsRef<[u8]>>(&mut self, pieces: &[T], most: usize) -> Vec<u8> {
        let count = self.below(most + 1);
        (0..count).flat_map(|_| pieces[self.below(pieces.len())].as_ref().to_vec()).collect()
    }

    /// These bytes in one read or in several, of which some are empty.
    pub fn cut<'a>(&mut self, bytes: &'a [u8]) -> Vec<&'a [u8]> {
        let mut reads = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (read, then) = rest.split_at(self.below(rest.len().min(9) + 1));
            reads.push(read);
            rest = then;
        }
        reads
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_same_seed_gives_the_same_input_and_cuts_lose_nothing() {
        let pieces = ["data: ", "\r", "\n", "x"];
        let [one, other] = [1, 1].map(|seed| Random(seed).some_of(&pieces, 50));
        assert_eq!(one, other);
        assert!(!one.is_empty());
        assert_ne!(one, Random(2).some_of(&pieces, 50));
        assert_eq!(Random(9).cut(&one).concat(), one);
    }
}
