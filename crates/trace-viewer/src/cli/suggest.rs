//! Misspelt commands.

use std::path::Path;

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use super::args::Cli;
use super::report::Failure;

/// The command that `word` is close to, if any.
pub(super) fn suggestion(word: &str) -> Option<String> {
    let cli = Cli::command();
    let commands = cli.get_subcommands().map(|command| command.get_name().to_owned());
    let close = commands.map(|name| (strsim::damerau_levenshtein(&name, &word.to_lowercase()), name));
    close.filter(|(distance, name)| distance * 3 <= name.len().max(3)).min().map(|(_, name)| name)
}

/// Why an option is not known, if that is because of the command before it.
pub(super) fn misspelt(error: &clap::Error) -> Option<Failure> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let word = std::env::args_os().nth(1)?.into_string().ok()?;
    let command = suggestion(&word).filter(|command| *command != word && !Path::new(&word).exists())?;
    Some(Failure::Command { word, command })
}
