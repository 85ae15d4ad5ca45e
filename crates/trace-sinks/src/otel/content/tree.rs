//! The places of values in a JSON text. The text itself is not copied: numbers, escapes and the order of keys stay as they are.

/// What a text is cut to at the least, before anything is left out.
pub(super) const FLOOR: usize = 256;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number, `true`, `false` or `null`.
    Scalar,
    Text,
    Array,
    Object,
}

/// A value in a JSON text. Values stand in the order of the text, each before what it holds.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Where it begins, with its key.
    pub(super) at: usize,
    /// Where it begins.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// The first node that is not in it.
    pub(super) next: usize,
    /// Its bytes when every text in it is cut to [`FLOOR`].
    pub(super) least: usize,
}

/// The values of a JSON text that is known to be valid and compact.
pub(super) fn scan(json: &str) -> Vec<Node> {
    let mut scan = Scan { bytes: json.as_bytes(), at: 0, key: None, nodes: Vec::new(), open: Vec::new() };
    while let Some(&byte) = scan.bytes.get(scan.at) {
        scan.token(byte);
    }
    scan.nodes
}

/// The values that a value holds.
pub(super) fn children(nodes: &[Node], parent: usize) -> impl Iterator<Item = usize> {
    let end = nodes[parent].next;
    let first = Some(parent + 1).filter(|child| *child < end);
    std::iter::successors(first, move |&child| Some(nodes[child].next).filter(|next| *next < end))
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the key began whose value comes next.
    key: Option<usize>,
    nodes: Vec<Node>,
    open: Vec<Open>,
}

/// A container whose end was not seen yet.
struct Open {
    node: usize,
    /// What cutting the texts in it would save.
    saved: usize,
}

impl Scan<'_> {
    fn token(&mut self, byte: u8) {
        match byte {
            b'{' => self.open(Kind::Object),
            b'[' => self.open(Kind::Array),
            b'}' | b']' => self.close(),
            b'"' if self.expects_key() => {
                self.key = Some(self.at);
                self.at = self.text_end();
            }
            b'"' => self.leaf(Kind::Text, self.text_end()),
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
            _ => self.leaf(Kind::Scalar, self.scalar_end()),
        }
    }

    fn expects_key(&self) -> bool {
        let in_object = self.open.last().is_some_and(|open| self.nodes[open.node].kind == Kind::Object);
        in_object && self.key.is_none()
    }

    fn open(&mut self, kind: Kind) {
        self.open.push(Open { node: self.nodes.len(), saved: 0 });
        self.push(kind, self.at + 1, 0);
        self.at += 1;
    }

    fn close(&mut self) {
        self.at += 1;
        let Some(Open { node, saved }) = self.open.pop() else { return };
        let next = self.nodes.len();
        let node = &mut self.nodes[node];
        node.next = next;
        node.end = self.at;
        node.least = node.end - node.start - saved;
        self.save(saved);
    }

    fn leaf(&mut self, kind: Kind, end: usize) {
        let saved = if kind == Kind::Text { (end - self.at).saturating_sub(2 + FLOOR) } else { 0 };
        self.push(kind, end, saved);
        self.save(saved);
        self.at = end;
    }

    fn push(&mut self, kind: Kind, end: usize, saved: usize) {
        let at = self.key.take().unwrap_or(self.at);
        let next = self.nodes.len() + 1;
        self.nodes.push(Node { kind, at, start: self.at, end, next, least: end - self.at - saved });
    }

    fn save(&mut self, saved: usize) {
        if let Some(open) = self.open.last_mut() {
            open.saved += saved;
        }
    }

    /// The place after the string that begins here.
    fn text_end(&self) -> usize {
        let mut end = self.at + 1;
        while let Some(&byte) = self.bytes.get(end) {
            match byte {
                b'"' => return end + 1,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        self.bytes.len()
    }

    fn scalar_end(&self) -> usize {
        let length = self.bytes[self.at..].iter().position(|byte| b",]} \t\n\r".contains(byte));
        length.map_or(self.bytes.len(), |length| self.at + length)
    }
}
