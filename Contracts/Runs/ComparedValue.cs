namespace OnnxInit.Contracts.Runs;

/// <summary>A value of a model beside TorchSharp's.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Magnitude">The greatest finite |a| of TorchSharp's value.</param>
/// <param name="Alone">The difference where the nodes that compute it are given TorchSharp's values.</param>
/// <param name="Rounding">The greatest <paramref name="Alone"/> that counts as rounding.</param>
/// <param name="Accumulated">The difference where the whole model is run, with all that went wrong before.</param>
public sealed record ComparedValue(string Name, double Magnitude, double Alone, double Rounding, double Accumulated)
{
    /// <summary>Whether the nodes that compute it compute something else.</summary>
    public bool Departs => !(Alone <= Rounding);
}
