namespace OnnxInit.Inference;

/// <summary>What a model takes as its input.</summary>
public enum OnnxElementType
{
    /// <summary>Normalised values: the caller normalises.</summary>
    Float32,

    /// <summary>Pixels, 0 to 255: the graph normalises.</summary>
    UInt8,
}
