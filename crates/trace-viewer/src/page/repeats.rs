//! Repeats within a block: a prompt says again what the one before it said, far beyond the reach of deflate.
//!
//! A block becomes a list of steps and the bytes that no step copies. A step takes some of those bytes as they are, then
//! copies some that lie so far back in what the block has become until then. A copy may reach into itself, as a run does.

/// Bytes that two places must share for one to be found by the other.
const SHORTEST: usize = 8;
/// Bits of what two places must share at the distance of the last copy, which costs next to nothing to say again.
const SHORTEST_AGAIN_BITS: u32 = 48;
/// Places that are remembered, as a power of two.
const TABLE_BITS: u32 = 15;
/// After so many bytes without a repeat only some places are looked at: those whose hash says so, so that two copies of
/// the same bytes are looked at in the same places.
const PATIENCE: usize = 256;
/// One place of so many is then looked at.
const SPARSE: u32 = 16;

/// Finds repeats, block after block.
#[derive(Debug)]
pub(super) struct Repeats {
    /// By the hash of the bytes there, the last place in the block; 0 for none.
    places: Vec<u32>,
    steps: Steps,
}

/// A block in steps. The numbers are varints: seven bits a byte, lowest first, the eighth bit says that more follow.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// Of each step, the literals before its copy.
    pub(super) literal_counts: Vec<u8>,
    /// Of each step, the bytes it copies.
    pub(super) copy_lengths: Vec<u8>,
    /// Of each step, how far back it copies from; 0 for as far as the one before it.
    pub(super) distances: Vec<u8>,
    /// All literals. Those that no step takes come last.
    pub(super) literals: Vec<u8>,
}

impl Default for Repeats {
    fn default() -> Self {
        Self { places: vec![0; 1 << TABLE_BITS], steps: Steps::default() }
    }
}

impl Repeats {
    /// The steps that make up `raw`.
    pub(super) fn find(&mut self, raw: &[u8]) -> &Steps {
        self.places.fill(0);
        self.steps.clear();
        let mut done = 0;
        let mut distance = 0;
        while let Some((at, earlier)) = self.repeat(raw, done, distance) {
            let before = shared_before(&raw[..earlier], &raw[done..at]);
            let length = before + shared_ahead(&raw[earlier..], &raw[at..]);
            let start = at - before;
            let again = at - earlier == distance;
            distance = at - earlier;
            self.steps.push(&raw[done..start], length, if again { 0 } else { distance });
            done = start + length;
            self.remember(raw, start + 1);
            self.remember(raw, done - 2);
        }
        self.steps.literals.extend_from_slice(&raw[done..]);
        &self.steps
    }

    /// The next place from `done` on that repeats an earlier one, and that one.
    fn repeat(&mut self, raw: &[u8], done: usize, distance: usize) -> Option<(usize, usize)> {
        let mut at = done.max(1);
        while at + 2 * SHORTEST <= raw.len() {
            let here = word(raw, at);
            let again = at.wrapping_sub(distance);
            if distance > 0 && (here ^ word(raw, again)) << (u64::BITS - SHORTEST_AGAIN_BITS) == 0 {
                return Some((at, again));
            }
            let hash = hash(here);
            if at - done <= PATIENCE || hash.is_multiple_of(SPARSE) {
                let place = &mut self.places[slot(hash)];
                let earlier = *place as usize;
                *place = u32::try_from(at).unwrap_or(0);
                if earlier > 0 && here == word(raw, earlier) {
                    return Some((at, earlier));
                }
            }
            at += 1;
        }
        None
    }

    fn remember(&mut self, raw: &[u8], at: usize) {
        self.places[slot(hash(word(raw, at)))] = u32::try_from(at).unwrap_or(0);
    }
}

impl Steps {
    fn clear(&mut self) {
        for part in
            [&mut self.literal_counts, &mut self.copy_lengths, &mut self.distances, &mut self.literals]
        {
            part.clear();
        }
    }

    fn push(&mut self, literals: &[u8], length: usize, distance: usize) {
        push_number(&mut self.literal_counts, literals.len());
        push_number(&mut self.copy_lengths, length);
        push_number(&mut self.distances, distance);
        self.literals.extend_from_slice(literals);
    }
}

/// Adds a varint.
pub(super) fn push_number(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// The eight bytes at a place; nothing where there are fewer.
fn word(raw: &[u8], at: usize) -> u64 {
    raw.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn hash(word: u64) -> u32 {
    let [.., a, b, c, d] = word.wrapping_mul(0x9E37_79B1_85EB_CA87).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

fn slot(hash: u32) -> usize {
    (hash >> (u32::BITS - TABLE_BITS)) as usize
}

/// Bytes that two words begin with alike.
fn shared(one: u64, other: u64) -> usize {
    ((one ^ other).trailing_zeros() / 8) as usize
}

fn shared_ahead(one: &[u8], other: &[u8]) -> usize {
    let (ones, others) = (one.as_chunks::<8>().0, other.as_chunks::<8>().0);
    let mut length = 0;
    for (one, other) in ones.iter().zip(others) {
        let same = shared(u64::from_le_bytes(*one), u64::from_le_bytes(*other));
        length += same;
        if same < 8 {
            return length;
        }
    }
    length + one[length..].iter().zip(&other[length..]).take_while(|(one, other)| one == other).count()
}

fn shared_before(one: &[u8], other: &[u8]) -> usize {
    let (ones, others) = (one.as_rchunks::<8>().1, other.as_rchunks::<8>().1);
    let mut length = 0;
    for (one, other) in ones.iter().rev().zip(others.iter().rev()) {
        let differing = u64::from_le_bytes(*one) ^ u64::from_le_bytes(*other);
        length += (differing.leading_zeros() / 8) as usize;
        if differing != 0 {
            return length;
        }
    }
    let (one, other) = (&one[..one.len() - length], &other[..other.len() - length]);
    length + one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count()
}
