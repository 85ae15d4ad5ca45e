//! What the models say. A real model would be asked; the example has to come out the same every time.

use serde_json::json;

use super::model::Reply;
use super::workflow::PROGRAM;

pub(crate) const LARGE_MODEL: &str = "acme/scribe-large-2";
pub(crate) const SMALL_MODEL: &str = "acme/scribe-small-2";

pub(crate) const REVIEWER_SYSTEM: &str = "You review the documents of a code base. \
Every claim you make names a file and a line that you have read. \
The code is what is true; the documents are what is promised. \
You change nothing: you say what to change. \
Run several tools at once where they do not depend on each other, and write a program where they repeat.";

pub(crate) const FACT_CHECKER_SYSTEM: &str = "You are given claims about a code base. \
For each one say whether the sources bear it out, and name the line that decides it.";

/// What the user asks, turn by turn.
pub(crate) const TASKS: [&str; 3] = [
    "A user says entries stay for ten minutes, but the README promises 60 seconds. Which is right?",
    "Check every document against the code, not only for this number, and list what to change.",
    "Good. Apply the changes and open a pull request.",
];

/// What the agent keeps from the first turn.
pub(crate) const LEARNT: &str =
    "The default ttl is 600 seconds (src/config.rs:6); documents that say 60 are out of date.";

/// The replies of the reviewer.
pub(crate) fn reviewer() -> Vec<Reply> {
    vec![
        Reply::after(330)
            .thinks("The README makes a promise about time. I need the constant in the code, and every sentence that repeats the promise. First, what is there?")
            .says("I'll look at what the project holds.")
            .asks("glob", json!({ "pattern": "**/*" })),
        Reply::after(150)
            .thinks("Options live in src/config.rs, most likely with the")
            .pauses(240)
            .overloaded(),
        Reply::after(210)
            .thinks("Options live in src/config.rs, most likely with the default. Who else quotes the number, and was it ever true? The change log may know.")
            .says("Reading the constant, the sentences that quote it, and the history.")
            .asks("read_file", json!({ "path": "src/config.rs" }))
            .asks("grep", json!({ "text": "60 seconds" }))
            .asks("grep", json!({ "text": "ttl", "path": "CHANGELOG.md" }))
            .asks("similar_passages", json!({ "deadline_ms": 220 })),
        Reply::after(260)
            .says("The user is right and the README is out of date.\n\n")
            .says("- `DEFAULT_TTL` is 600 seconds (src/config.rs:6).\n")
            .says("- It was raised from one minute to ten in 0.3.0 (CHANGELOG.md:14).\n")
            .pauses(140)
            .says("- README.md:15 and docs/expiry.md:6 still say 60 seconds.\n\n")
            .says("The search for similar passages ran out of time, so other documents may repeat it in other words."),
        Reply::after(310)
            .thinks("Four documents, each against the same sources: a program is shorter than a dozen calls. I have not read the cache itself, so someone else should check what is claimed about age and options while I go through the documents.")
            .says("I'll go through the documents in one program, and let a second agent check the claims about age.")
            .asks("exec_code", json!({ "code": PROGRAM })),
        Reply::after(280)
            .thinks("Two hits for the old default, one file that is gone, two claims the sources do not bear out.")
            .says("Five changes, the most harmful first:\n\n")
            .says("1. docs/expiry.md:3 says that age counts from the last read. It counts from the write (src/cache.rs:45), and has since 0.4.0 (CHANGELOG.md:10).\n")
            .says("2. README.md:15 says 60 seconds. Say ten minutes.\n")
            .pauses(520)
            .says("3. docs/expiry.md:6 says the same. Name the constant instead of a number, so that it cannot go out of date.\n")
            .says("4. docs/expiry.md:7 names `src/expiry.rs`, which was moved to `src/clock.rs` (CHANGELOG.md:9).\n")
            .says("5. docs/options.md:8 promises that options can be changed in use; nothing sets them after `new` (src/cache.rs:25).\n\n")
            .says("The defaults in docs/options.md:5 and docs/options.md:6 are right."),
        Reply::after(190)
            .thinks("I cannot write here. I can offer the patch as text.")
            .says("I can read this workspace but not write to it. I can give you the patch to apply")
            .interrupted(),
    ]
}

/// The replies of the fact checker.
pub(crate) fn fact_checker() -> Vec<Reply> {
    vec![
        Reply::after(140)
            .thinks("Age is the difference to a time stamp. Which one, and who sets it?")
            .asks("read_file", json!({ "path": "src/cache.rs" }))
            .asks("grep", json!({ "text": "is_expired" })),
        Reply::after(110)
            .says("The age is settled. One search for what sets the options.")
            .asks("grep", json!({ "text": "self.options", "path": "src/cache.rs" })),
        Reply::after(160)
            .says("Neither claim holds. `get` compares with `written` (src/cache.rs:45) and never sets it, so reading keeps nothing alive. ")
            .says("`options` is private, set in `new` (src/cache.rs:25) and only read afterwards (src/cache.rs:32, src/cache.rs:34)."),
    ]
}
