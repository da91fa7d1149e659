namespace OnnxInit.Contracts.Onnx;

/// <summary>Which opsets are written, and the file format (IR) that goes with each.</summary>
/// <remarks>Source: the table "Released Versions" in https://github.com/onnx/onnx/blob/main/docs/Versioning.md.</remarks>
public static class OnnxVersions
{
    /// <summary>Opset 17 with IR 8 loads in every ONNX Runtime since 1.14 and in DirectML.</summary>
    public const int DefaultOpset = 17;

    /// <summary>The oldest opset that is written.</summary>
    public const int OldestOpset = 13;

    /// <summary>The newest opset that is written.</summary>
    public const int NewestOpset = 21;

    /// <summary>The IR version released with an opset.</summary>
    /// <param name="opset">13 to 21.</param>
    /// <exception cref="InvalidInputException">Another opset.</exception>
    public static int IrVersion(int opset) => opset switch
    {
        13 or 14 => 7,
        15 or 16 or 17 or 18 => 8,
        19 or 20 => 9,
        21 => 10,
        _ => throw new InvalidInputException($"Opset {opset} is not written; expected {OldestOpset} to {NewestOpset} (default {DefaultOpset})."),
    };
}
