using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>One variant of one operation: a module, the inputs that it is given, and how near ONNX Runtime must come.</summary>
/// <param name="Key">The name of the function or module type, as registered.</param>
/// <param name="Variant">What is special about it; unique among the rows of the key.</param>
/// <param name="Module">Makes the module.</param>
/// <param name="Inputs">The inputs.</param>
public sealed record LoweringRow(string Key, string Variant, Func<nn.Module> Module, params TestInput[] Inputs)
{
    /// <summary>The opsets that it is exported to; an operation whose ONNX form is younger says so.</summary>
    public int[] Opsets { get; init; } = [13, 17, 21];

    /// <summary>The permitted difference relative to the value.</summary>
    public double RelativeTolerance { get; init; } = 1e-4;

    /// <summary>The permitted difference near 0.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-5;

    /// <summary>The ONNX operators that it becomes at opset 17, in order, separated by spaces; null where the row does not say.</summary>
    public string? Onnx { get; init; }

    /// <summary>Why ONNX Runtime's CPU provider cannot run it (a missing kernel for the element type); null where it can. The graph is still built and checked.</summary>
    public string? NotRunnable { get; init; }

    /// <summary>A function of one tensor.</summary>
    public static LoweringRow Of(string key, string variant, Func<Tensor, Tensor> function, TestInput input) =>
        new(key, variant, () => new Function((Func<Tensor[], object>)(inputs => function(inputs[0])), 1), input);

    /// <summary>A function of two tensors.</summary>
    public static LoweringRow Of(string key, string variant, Func<Tensor, Tensor, Tensor> function, TestInput first, TestInput second) =>
        new(key, variant, () => new Function((Func<Tensor[], object>)(inputs => function(inputs[0], inputs[1])), 2), first, second);

    /// <summary>A function of three tensors.</summary>
    public static LoweringRow Of(string key, string variant, Func<Tensor, Tensor, Tensor, Tensor> function, TestInput first, TestInput second, TestInput third) =>
        new(key, variant, () => new Function((Func<Tensor[], object>)(inputs => function(inputs[0], inputs[1], inputs[2])), 3), first, second, third);

    /// <summary>A function with several results: a tuple, an array or a list of tensors.</summary>
    public static LoweringRow Many(string key, string variant, Func<Tensor, object> function, TestInput input) =>
        new(key, variant, () => new Function(inputs => function(inputs[0]), 1), input);

    /// <inheritdoc/>
    public override string ToString() => $"{Key}: {Variant}";
}
