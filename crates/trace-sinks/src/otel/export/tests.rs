//! The worker against destinations that misbehave.

mod ending;
mod exporters;
mod failing;
mod full;
mod hanging;
mod parts;
mod property;
mod runtimes;
mod sampled;
mod support;
mod timing;
