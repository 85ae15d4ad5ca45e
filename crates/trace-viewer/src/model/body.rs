//! The few members of a record's body that the index needs, read leniently: a member of another type counts as absent.

#![expect(clippy::struct_field_names, reason = "the fields are spelled as on the wire")]

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Usage;

/// The wanted members of `text`; the empty ones when it has another shape.
pub(super) fn read<'a, T: Deserialize<'a> + Default>(text: &'a str) -> T {
    serde_json::from_str(text).unwrap_or_default()
}

macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident { $($field:ident : $type:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Default, serde::Deserialize)]
        #[serde(default, bound(deserialize = "'de: 'a"))]
        pub(super) struct $name<'a> {
            $(pub(super) $field: $type,)*
            #[serde(skip)]
            borrowed: PhantomData<&'a str>,
        }
    )*};
}

shapes! {
    /// What a record's context says beyond its header.
    Place { protocol_iteration: Num, effect_id: Text<'a> }
    Named { name: Text<'a> }
    Turn { status: Text<'a>, done_reason: Text<'a> }
    Prompt { prompt_hash: Text<'a>, components: Option<Vec<Obj<Component<'a>>>> }
    Component { id: Text<'a>, hash: Text<'a> }
    LlmStart { request: Obj<Request<'a>> }
    Request { model: Text<'a> }
    LlmEnd { response: Obj<Response<'a>>, usage: Option<Obj<Tokens<'a>>>, error: Obj<LlmError<'a>>, context: Obj<Place<'a>> }
    Response { model: Text<'a>, duration_ms: Num }
    LlmError { terminal_reason: Text<'a> }
    Stream { event: Obj<StreamEvent<'a>> }
    StreamEvent { event_name: Text<'a>, endpoint: Text<'a> }
    Tool { call_id: Text<'a>, name: Text<'a>, output: Obj<ToolOutput<'a>>, duration_ms: Num }
    ToolOutput { outcome: Obj<Outcome<'a>> }
    Outcome { status: Text<'a> }
    Step { plugin_id: Text<'a>, payload: Obj<StepPayload<'a>>, context: Obj<Place<'a>> }
    StepPayload { diagnostic: Obj<Diagnostic<'a>> }
    Diagnostic { phase: Text<'a>, payload: Obj<DiagnosticPayload<'a>> }
    DiagnosticPayload { duration_ms: Num, error: Text<'a> }
    UsageRecord { usage: Obj<Tokens<'a>>, context: Obj<Place<'a>> }
    Tokens {
        input_tokens: Num,
        output_tokens: Num,
        cache_read_input_tokens: Num,
        cache_write_input_tokens: Num,
        reasoning_output_tokens: Num,
    }
    Execution { event: Obj<ExecutionEvent<'a>>, context: Obj<Place<'a>> }
    ExecutionEvent {
        kind: Text<'a>,
        event_key: Text<'a>,
        identity: Obj<Identity<'a>>,
        node_id: Text<'a>,
        node_kind: Text<'a>,
        parent_node_id: Text<'a>,
        label: Text<'a>,
        occurrence: Num,
        selected: Text<'a>,
        status: Text<'a>,
        child: Obj<Identity<'a>>,
        execution_map: Obj<Map<'a>>,
    }
    Identity { scope: Obj<Scope<'a>>, subject: Obj<Subject<'a>>, entry_name: Text<'a> }
    Scope { session_id: Text<'a>, turn_id: Text<'a> }
    Subject { effect_id: Text<'a>, process_id: Text<'a> }
    Map { nodes: Option<Vec<Obj<MapNode<'a>>>> }
    MapNode { id: Text<'a>, label: Text<'a> }
    Log { level: Text<'a>, target: Text<'a>, name: Text<'a> }
    Run {
        run_id: Text<'a>,
        program: Text<'a>,
        duration_ms: Num,
        exit_code: Num,
        outcome: Text<'a>,
    }
    Uncaught { error: Obj<ErrorInfo<'a>> }
    ErrorInfo { r#type: Text<'a> }
    Dropped { reason: Text<'a> }
    Metadata { caused_by: Obj<Cause<'a>> }
    Cause { session_id: Text<'a> }
}

impl Tokens<'_> {
    pub(super) fn usage(&self) -> Usage {
        Usage {
            input: self.input_tokens.or(0),
            cache_read: self.cache_read_input_tokens.or(0),
            cache_write: self.cache_write_input_tokens.or(0),
            output: self.output_tokens.or(0),
            reasoning: self.reasoning_output_tokens.or(0),
        }
    }
}

impl Identity<'_> {
    /// The graph's key, spelled as the schema spells it; empty without a subject.
    pub(super) fn graph_key(&self) -> String {
        let Subject { effect_id, process_id, borrowed: _ } = &*self.subject;
        let session = self.scope.session_id.get();
        if !process_id.get().is_empty() {
            format!("process:{process_id}")
        } else if effect_id.get().is_empty() {
            String::new()
        } else if self.scope.turn_id.get().is_empty() {
            format!("effect:{session}:{effect_id}")
        } else {
            format!("effect:{session}:{}:{effect_id}", self.scope.turn_id)
        }
    }
}

/// A string, or nothing.
#[derive(Debug, Default)]
pub(super) struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    pub(super) fn get(&self) -> &str {
        &self.0
    }

    /// The first of the two that is not empty.
    pub(super) fn or<'b>(&'b self, other: &'b str) -> &'b str {
        if self.0.is_empty() { other } else { &self.0 }
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number as an integer, clamped, or nothing.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Num(Option<i64>);

impl Num {
    pub(super) fn get(self) -> Option<i64> {
        self.0
    }

    pub(super) fn or(self, other: i64) -> i64 {
        self.0.unwrap_or(other)
    }
}

/// An object, or nothing.
#[derive(Debug, Default)]
pub(super) struct Obj<T>(T);

impl<T> Deref for Obj<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Obj<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjVisitor(PhantomData))
    }
}

struct ObjVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for ObjVisitor<T> {
    type Value = Obj<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Obj<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Obj)
    }

    fn visit_str<E>(self, _: &str) -> Result<Obj<T>, E> {
        Ok(Obj::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Obj<T>, E> {
        Ok(Obj::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Obj<T>, E> {
        Ok(Obj::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Obj<T>, E> {
        Ok(Obj::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Obj<T>, E> {
        Ok(Obj::default())
    }

    fn visit_unit<E>(self) -> Result<Obj<T>, E> {
        Ok(Obj::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Obj<T>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Obj::default())
    }
}

/// Takes any JSON value, and keeps it if it is of the wanted type.
enum Lenient<'a> {
    Text(Cow<'a, str>),
    Number(i64),
    Other,
}

impl<'de> Deserialize<'de> for Lenient<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LenientVisitor)
    }
}

struct LenientVisitor;

impl<'de> Visitor<'de> for LenientVisitor {
    type Value = Lenient<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Lenient::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Lenient::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Lenient::Number(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Lenient::Number(i64::try_from(number).unwrap_or(i64::MAX)))
    }

    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, which is what is wanted")]
    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Lenient::Number(number as i64))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Lenient::Other)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Lenient::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Lenient::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Lenient::Other)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Lenient::deserialize(deserializer)? {
            Lenient::Text(text) => Self(text),
            Lenient::Number(_) | Lenient::Other => Self::default(),
        })
    }
}

impl<'de> Deserialize<'de> for Num {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Lenient::deserialize(deserializer)? {
            Lenient::Number(number) => Self(Some(number)),
            Lenient::Text(_) | Lenient::Other => Self::default(),
        })
    }
}
