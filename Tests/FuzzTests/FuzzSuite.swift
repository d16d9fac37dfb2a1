import Testing

/// Mutated inputs for everything that reads bytes from outside. One after the other, so that each gets its time.
@Suite(.serialized, .timeLimit(.minutes(240))) struct FuzzSuite {}
