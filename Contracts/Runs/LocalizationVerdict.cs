namespace OnnxInit.Contracts.Runs;

/// <summary>What a <see cref="LocalizationReport"/> found.</summary>
public enum LocalizationVerdict
{
    /// <summary>The outputs are TorchSharp's, bit for bit, and every node alone agrees.</summary>
    NoDifference,

    /// <summary>Every node alone agrees but for rounding: what differs at the outputs builds up on the way.</summary>
    RoundingBuildsUp,

    /// <summary>A node computes something else from the same inputs.</summary>
    NodeDeparts,
}
