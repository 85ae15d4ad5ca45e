//! The grammar.

use super::cursor::{Cursor, is_space, is_text};
use super::error::QueryError;
use super::fields::{Field, Sort, numbers_of, word_like};
use super::number;
use super::tree::{Tree, Value};

/// The longest query, in UTF-16 units: what a script counts.
const LENGTH: usize = 4_000;
/// The most levels of parentheses and negations.
const DEPTH: usize = 32;

/// Reads a query.
pub(super) fn parse(text: &str) -> Result<Tree, QueryError> {
    let mut parser = Parser { cursor: Cursor::new(text), depth: 0 };
    if text.encode_utf16().count() > LENGTH {
        return Err(parser.cursor.error(0, format!("the query is longer than {LENGTH} characters")));
    }
    let tree = match parser.joint() {
        Joint::End => Tree::All(Vec::new()),
        _ => parser.either()?,
    };
    match parser.joint() {
        Joint::Close => Err(parser.cursor.error(parser.cursor.at(), "there is no ( for this )")),
        _ => Ok(tree),
    }
}

/// What stands before the next term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// The term itself is next.
    Term,
    And,
    Or,
    Close,
    End,
}

/// A value as it is written.
struct Written {
    text: String,
    is_glob: bool,
    at: usize,
}

impl Written {
    fn value(&self) -> Value {
        Value::new(&self.text, self.is_glob)
    }
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    depth: usize,
}

impl Parser<'_> {
    /// Takes `and`, `or` or `|` if one is next; a parenthesis stays.
    fn joint(&mut self) -> Joint {
        self.cursor.skip_space();
        match self.cursor.peek() {
            None => Joint::End,
            Some(')') => Joint::Close,
            Some('|') => Joint::Or,
            _ if self.next_word("or") => Joint::Or,
            _ if self.next_word("and") => Joint::And,
            _ => Joint::Term,
        }
    }

    fn next_word(&self, word: &str) -> bool {
        Cursor::new(self.cursor.rest()).take_word(word)
    }

    fn take_joint(&mut self) {
        let _ = self.cursor.take("|") || self.cursor.take_word("or") || self.cursor.take_word("and");
    }

    fn either(&mut self) -> Result<Tree, QueryError> {
        let mut parts = vec![self.all()?];
        while self.joint() == Joint::Or {
            self.take_joint();
            parts.push(self.all()?);
        }
        Ok(joined(parts, Tree::Any))
    }

    fn all(&mut self) -> Result<Tree, QueryError> {
        let mut parts = vec![self.term()?];
        loop {
            match self.joint() {
                Joint::Term => {}
                Joint::And => self.take_joint(),
                Joint::Or | Joint::Close | Joint::End => return Ok(joined(parts, Tree::All)),
            }
            parts.push(self.term()?);
        }
    }

    fn term(&mut self) -> Result<Tree, QueryError> {
        let next = self.joint();
        let from = self.cursor.at();
        if next != Joint::Term {
            return Err(self.cursor.error(from, "a term is missing here"));
        }
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.cursor.error(from, format!("more than {DEPTH} levels of ( and not")));
        }
        let tree = if self.take_not() {
            Tree::Not(Box::new(self.term()?))
        } else if self.cursor.take("(") {
            let inner = self.either()?;
            if !self.cursor.take(")") {
                return Err(self.cursor.error(from, "this ( is not closed"));
            }
            inner
        } else {
            self.leaf()?
        };
        self.depth -= 1;
        Ok(tree)
    }

    fn take_not(&mut self) -> bool {
        let binds = self.cursor.rest().strip_prefix('-').and_then(|rest| rest.chars().next());
        if binds.is_some_and(|next| !is_space(next)) {
            self.cursor.take("-")
        } else {
            self.cursor.take_word("not")
        }
    }

    fn leaf(&mut self) -> Result<Tree, QueryError> {
        let from = self.cursor.at();
        if let Some(text) = self.quoted()? {
            return Ok(text_tree(&text));
        }
        if let Some((name, sign)) = self.field_and_sign() {
            let name = name.to_ascii_lowercase();
            let Some(field) = Field::named(&name) else {
                return Err(self.cursor.error(from, unknown_field(&name)));
            };
            return Ok(match sign {
                "!=" => Tree::Not(Box::new(self.test(field, "=", from)?)),
                sign => self.test(field, sign, from)?,
            });
        }
        match self.cursor.take_while(is_text) {
            "-" => Err(self.cursor.error(from, "this - stands alone; to find it, put it in quotes")),
            word => Ok(text_tree(word)),
        }
    }

    /// Takes a field's name and the sign after it, if both are next.
    fn field_and_sign(&mut self) -> Option<(String, &'static str)> {
        let rest = self.cursor.rest();
        let end = rest.find(|character: char| !character.is_ascii_alphabetic() && character != '_')?;
        let (name, rest) = rest.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        let sign = [":", "!=", ">=", ">", "<=", "<", "="].into_iter().find(|sign| rest.starts_with(sign))?;
        let name = name.to_owned();
        let _ = self.cursor.take(&name) && self.cursor.take(sign);
        Some((name, sign))
    }

    fn quoted(&mut self) -> Result<Option<String>, QueryError> {
        let from = self.cursor.at();
        if !self.cursor.take("\"") {
            return Ok(None);
        }
        let mut text = String::new();
        loop {
            let at = self.cursor.at();
            match self.cursor.take_char() {
                None => return Err(self.cursor.error(from, "this quote is not closed")),
                Some('"') if text.is_empty() => {
                    return Err(self.cursor.error(from, "there is nothing in these quotes"));
                }
                Some('"') => return Ok(Some(text)),
                Some('\\') => match self.cursor.take_char() {
                    Some(plain @ ('"' | '\\')) => text.push(plain),
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    _ => return Err(self.cursor.error(at, "unknown escape; for a backslash write two")),
                },
                Some(other) => text.push(other),
            }
        }
    }

    fn values(&mut self) -> Result<Vec<Written>, QueryError> {
        let mut values = Vec::new();
        loop {
            let at = self.cursor.at();
            let (text, is_glob) = if let Some(text) = self.quoted()? {
                (text, false)
            } else {
                let text = self.cursor.take_while(|character| is_text(character) && character != ',');
                (text.to_owned(), text.contains('*'))
            };
            if text.is_empty() {
                return Err(self.cursor.error(at, "a value is missing here"));
            }
            values.push(Written { text, is_glob, at });
            if !self.cursor.take(",") {
                return Ok(values);
            }
        }
    }

    fn test(&mut self, field: Field, sign: &str, from: usize) -> Result<Tree, QueryError> {
        let values = self.values()?;
        let compares = sign.starts_with(['<', '>']);
        let sort = field.sort();
        let is_number = matches!(sort, Sort::Time | Sort::Count);
        if compares && !is_number && field != Field::Level {
            let name = field.name();
            return Err(self.cursor.error(from, format!("{name} cannot be compared; write {name}:")));
        }
        if let Some(second) = values.get(1).filter(|_| compares || is_number) {
            return Err(self.cursor.error(second.at, "only one value can be compared"));
        }
        match sort {
            Sort::Words(words) => self.words(field, words, sign, &values),
            Sort::Contains | Sort::Equals => {
                let values = values.iter().map(Written::value).collect();
                Ok(match field {
                    Field::Id => Tree::Id { values, needles: Vec::new() },
                    _ => Tree::Named { field, exact: sort == Sort::Equals || sign == "=", values },
                })
            }
            Sort::Time | Sort::Count => {
                let first = &values[0];
                number::range(field, sign, &first.text)
                    .map(|(low, high)| Tree::Number { field, low, high })
                    .map_err(|(at, message)| self.cursor.error(first.at + at, message))
            }
        }
    }

    fn words(
        &self,
        field: Field,
        words: &'static [(&'static str, &'static [u8])],
        sign: &str,
        values: &[Written],
    ) -> Result<Tree, QueryError> {
        let mut numbers = Vec::new();
        for Written { text, at, .. } in values {
            let known = numbers_of(words, text);
            let unknown = || self.cursor.error(*at, unknown_word(field, words, text));
            numbers.extend_from_slice(known.ok_or_else(unknown)?);
        }
        if let (Some(&bound), true) = (numbers.first(), sign.starts_with(['<', '>'])) {
            let order =
                if sign.starts_with('<') { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater };
            let passes = |level: &u8| level.cmp(&bound) == order || (sign.ends_with('=') && *level == bound);
            numbers = (1..=6).filter(passes).collect();
        }
        Ok(Tree::Words { field, numbers })
    }
}

fn text_tree(text: &str) -> Tree {
    Tree::Text { value: Value::new(text, false), needle: 0 }
}

fn joined(mut parts: Vec<Tree>, join: impl FnOnce(Vec<Tree>) -> Tree) -> Tree {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn unknown_field(name: &str) -> String {
    match Field::like(name) {
        Some(field) => {
            format!("unknown field \"{name}\"; did you mean {field}:? To find the text, put it in quotes")
        }
        None => format!("unknown field \"{name}\"; to find the text, put it in quotes"),
    }
}

fn unknown_word(field: Field, words: &'static [(&'static str, &'static [u8])], word: &str) -> String {
    let unknown = format!("unknown {} \"{word}\"", field.name());
    if let Some(like) = word_like(words, word) {
        return format!("{unknown}; did you mean {like}?");
    }
    // The usual spelling of each, as far as the first that only names others anew.
    let mut usual: Vec<&str> = Vec::new();
    let mut seen: Vec<&[u8]> = Vec::new();
    for (name, numbers) in words.iter().filter(|(_, numbers)| numbers.len() == 1) {
        if !seen.contains(numbers) {
            seen.push(numbers);
            usual.push(name);
        }
    }
    format!("{unknown}; there are {}", usual.join(", "))
}
