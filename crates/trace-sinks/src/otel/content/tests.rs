mod fit;
mod mapping;
