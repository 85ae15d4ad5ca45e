//! Bytes as deflate codes: each piece in a block of its own with codes of its own, and no matches.

#[cfg(test)]
mod tests;

/// Bytes that share their codes.
const PIECE: usize = 32 * 1024;
/// The symbol that ends a deflate block, and how many symbols there are without those of matches.
const END: usize = 256;
const SYMBOLS: usize = END + 1;
/// Codes of distances that a block states and never uses: some programs refuse fewer.
const DISTANCES: [u8; 2] = [1, 1];
/// Bits of the longest code that deflate knows, of symbols and of the lengths of codes.
const LONGEST: u8 = 15;
const LONGEST_OF_LENGTHS: u8 = 7;
/// The order in which deflate states the lengths of the codes of lengths.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Bits, the first one lowest.
#[derive(Debug, Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

/// A code, as it stands among the bits.
#[derive(Debug, Clone, Copy, Default)]
struct Code {
    bits: u16,
    length: u8,
}

/// A length of codes, or how often one comes: a symbol, and a number of so many bits beside it.
#[derive(Debug, Clone, Copy)]
struct Run {
    symbol: u8,
    number: usize,
    number_bits: u32,
}

impl Bits {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ..Self::default() }
    }

    /// Adds some bytes; what follows them has codes of its own.
    pub(super) fn encode(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(PIECE) {
            let lengths = lengths(&counts(piece), LONGEST);
            // Not the last block; codes of its own.
            self.push(0b100, 3);
            self.state(&lengths);
            self.symbols(piece, &codes(&lengths));
        }
    }

    /// Ends with a block that holds nothing.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.push(0b011, 3);
        self.push(0, 7);
        let rest = self.held.to_le_bytes();
        self.bytes.extend_from_slice(&rest[..self.count.div_ceil(8) as usize]);
        self.bytes
    }

    /// Adds up to 32 bits.
    fn push(&mut self, bits: u64, count: u32) {
        self.held |= bits << self.count;
        self.count += count;
        if self.count >= 32 {
            let [a, b, c, d, ..] = self.held.to_le_bytes();
            self.bytes.extend_from_slice(&[a, b, c, d]);
            self.held >>= 32;
            self.count -= 32;
        }
    }

    fn push_code(&mut self, code: Code) {
        self.push(code.bits.into(), code.length.into());
    }

    /// States the lengths of a block's codes, in codes of their own.
    fn state(&mut self, lengths: &[u8; SYMBOLS]) {
        let runs = runs(&[lengths.as_slice(), &DISTANCES].concat());
        let mut counts = [0; ORDER.len()];
        for run in &runs {
            counts[usize::from(run.symbol)] += 1;
        }
        let of_lengths = self::lengths(&counts, LONGEST_OF_LENGTHS);
        let stated =
            ORDER.iter().rposition(|&symbol| of_lengths[symbol] > 0).map_or(4, |last| 4.max(last + 1));
        self.push(0, 5);
        self.push(DISTANCES.len() as u64 - 1, 5);
        self.push(stated as u64 - 4, 4);
        for &symbol in &ORDER[..stated] {
            self.push(of_lengths[symbol].into(), 3);
        }
        let codes = codes(&of_lengths);
        for run in runs {
            self.push_code(codes[usize::from(run.symbol)]);
            self.push(run.number as u64, run.number_bits);
        }
    }

    fn symbols(&mut self, piece: &[u8], codes: &[Code; SYMBOLS]) {
        let (pairs, last) = piece.as_chunks::<2>();
        for &[one, other] in pairs {
            let (one, other) = (codes[usize::from(one)], codes[usize::from(other)]);
            let bits = u64::from(one.bits) | u64::from(other.bits) << one.length;
            self.push(bits, u32::from(one.length + other.length));
        }
        for &byte in last {
            self.push_code(codes[usize::from(byte)]);
        }
        self.push_code(codes[END]);
    }
}

/// How often each symbol comes; the end comes once.
fn counts(piece: &[u8]) -> [u32; SYMBOLS] {
    let mut counts = [0; SYMBOLS];
    for &byte in piece {
        counts[usize::from(byte)] += 1;
    }
    counts[END] = 1;
    counts
}

/// The lengths of the best codes that are no longer than `longest`, or of codes close to them.
fn lengths<const N: usize>(counts: &[u32; N], longest: u8) -> [u8; N] {
    let used = counts.iter().zip(0..).filter(|&(&count, _)| count > 0);
    let mut leaves: Vec<(u32, usize)> = used.map(|(&count, symbol)| (count, symbol)).collect();
    let mut lengths = [0; N];
    loop {
        leaves.sort_unstable();
        let depths = depths(&leaves);
        // What is rarest hangs deepest.
        if depths.first().is_none_or(|&deepest| deepest <= longest) {
            for (&(_, symbol), depth) in leaves.iter().zip(depths) {
                lengths[symbol] = depth;
            }
            return lengths;
        }
        for (count, _) in &mut leaves {
            *count = count.div_ceil(2);
        }
    }
}

/// How deep each leaf hangs in the Huffman tree of the leaves' counts, which grow.
fn depths(leaves: &[(u32, usize)]) -> Vec<u8> {
    let nodes = (2 * leaves.len()).saturating_sub(1);
    let mut counts: Vec<u32> = leaves.iter().map(|&(count, _)| count).collect();
    let mut parents = vec![0; nodes];
    let (mut leaf, mut inner) = (0, leaves.len());
    for parent in leaves.len()..nodes {
        let mut sum = 0;
        for _ in 0..2 {
            let is_leaf = leaf < leaves.len() && (inner == parent || counts[leaf] <= counts[inner]);
            let rarest = if is_leaf { &mut leaf } else { &mut inner };
            parents[*rarest] = parent;
            sum += counts[*rarest];
            *rarest += 1;
        }
        counts.push(sum);
    }
    let mut depths = vec![0_u8; nodes];
    for node in (0..nodes.saturating_sub(1)).rev() {
        depths[node] = depths[parents[node]].saturating_add(1);
    }
    depths.truncate(leaves.len());
    depths
}

/// The codes of these lengths, shorter ones first, as deflate numbers them.
fn codes<const N: usize>(lengths: &[u8; N]) -> [Code; N] {
    let mut codes = [Code::default(); N];
    let mut next = 0_u16;
    for length in 1..=LONGEST {
        next <<= 1;
        for (code, _) in codes.iter_mut().zip(lengths).filter(|&(_, &own)| own == length) {
            *code = Code { bits: next.reverse_bits() >> (16 - length), length };
            next += 1;
        }
    }
    codes
}

/// Lengths, with those that come several times in a row said once.
fn runs(lengths: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    for same in lengths.chunk_by(PartialEq::eq) {
        let (symbol, mut left) = (same[0], same.len());
        let plain = Run { symbol, number: 0, number_bits: 0 };
        if symbol > 0 {
            runs.push(plain);
            left -= 1;
        }
        while left >= 3 {
            let (repeat, least, most, number_bits) = match (symbol, left) {
                (1.., _) => (16, 3, 6, 2),
                (0, ..11) => (17, 3, 10, 3),
                (0, _) => (18, 11, 138, 7),
            };
            let taken = left.min(most);
            runs.push(Run { symbol: repeat, number: taken - least, number_bits });
            left -= taken;
        }
        runs.extend(std::iter::repeat_n(plain, left));
    }
    runs
}
