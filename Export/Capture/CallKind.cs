namespace OnnxInit.Export.Capture;

/// <summary>What a method of TorchSharp is to a capture.</summary>
internal enum CallKind
{
    /// <summary>It computes tensors: an operation.</summary>
    Operation,

    /// <summary>It changes nothing that a graph knows of: disposal, scopes.</summary>
    Neutral,

    /// <summary>It tells a tensor's shape, type or the like.</summary>
    ShapeRead,

    /// <summary>It takes a tensor's elements out of the graph.</summary>
    DataRead,

    /// <summary>It puts a tensor into a module: a parameter, a buffer.</summary>
    Replacement,

    /// <summary>It draws random numbers.</summary>
    Random,
}
