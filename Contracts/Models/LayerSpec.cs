using System.Numerics;
using System.Text.Json.Serialization;

namespace OnnxInit.Contracts.Models;

/// <summary>One layer of a network, as data. Shapes are those of one image or feature vector, without the batch axis.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(FlattenSpec), "flatten")]
[JsonDerivedType(typeof(LinearSpec), "linear")]
[JsonDerivedType(typeof(BatchNormSpec), "batchnorm")]
[JsonDerivedType(typeof(ActivationSpec), "activation")]
[JsonDerivedType(typeof(Conv2dSpec), "conv2d")]
[JsonDerivedType(typeof(MaxPool2dSpec), "maxpool2d")]
public abstract record LayerSpec
{
    /// <summary>The types that a specification can name.</summary>
    internal static IReadOnlyList<string> Types { get; } =
        [.. typeof(LayerSpec).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false).Cast<JsonDerivedTypeAttribute>().Select(type => (string)type.TypeDiscriminator!)];

    /// <summary>The layer's name, an identifier; null takes the layer's kind and its ordinal among that kind, such as <c>linear2</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyOrder(-1)]
    public string? Name { get; init; }

    /// <summary>What a generated name starts with.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>Whether the layer needs more than one value per channel to train (batch statistics).</summary>
    [JsonIgnore]
    public virtual bool UsesBatchStatistics => false;

    /// <summary>The shape that comes out for a shape that goes in.</summary>
    /// <param name="input">The shape that goes in.</param>
    /// <param name="problem">What is wrong, and what to do, when the result is null.</param>
    internal abstract IReadOnlyList<int>? Infer(IReadOnlyList<int> input, out string? problem);
}

/// <summary>All axes into one: [C, H, W] -> [C H W].</summary>
public sealed record FlattenSpec : LayerSpec
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "flatten";

    internal override IReadOnlyList<int>? Infer(IReadOnlyList<int> input, out string? problem)
    {
        BigInteger size = input.Aggregate(BigInteger.One, (product, axis) => product * axis);
        problem = size <= int.MaxValue ? null : $"flattens to {size} values, more than {int.MaxValue}";
        return problem is null ? [(int)size] : null;
    }
}

/// <summary>y = x W^T + b; x [F], W [OutFeatures, F] -> y [OutFeatures].</summary>
/// <param name="OutFeatures">Units, at least 1.</param>
/// <param name="Bias">Whether there is a b. Leave it out before a BatchNorm, which subtracts it again.</param>
public sealed record LinearSpec(int OutFeatures, bool Bias = true) : LayerSpec
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "linear";

    internal override IReadOnlyList<int>? Infer(IReadOnlyList<int> input, out string? problem)
    {
        problem = OutFeatures < 1 ? $"has outFeatures {OutFeatures}; expected at least 1"
            : input.Count != 1 ? $"takes one axis and is given {ModelSpec.Text(input)}; put a flatten before it"
            : null;
        return problem is null ? [OutFeatures] : null;
    }
}

/// <summary>Batch normalisation over all axes but the channels' (Ioffe and Szegedy 2015), with scale and shift.</summary>
/// <param name="Eps">Added to the variance under the root.</param>
/// <param name="Momentum">The weight of the new batch in the running statistics.</param>
public sealed record BatchNormSpec(double Eps = 1e-5, double Momentum = 0.1) : LayerSpec
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "batchnorm";

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool UsesBatchStatistics => true;

    internal override IReadOnlyList<int>? Infer(IReadOnlyList<int> input, out string? problem)
    {
        problem = input.Count is not (1 or 3) ? $"takes [F] or [C, H, W] and is given {ModelSpec.Text(input)}"
            : !(Eps > 0 && double.IsFinite(Eps)) ? $"has eps {Eps}; expected a number above 0"
            : !(Momentum is > 0 and <= 1) ? $"has momentum {Momentum}; expected a number above 0 and at most 1"
            : null;
        return problem is null ? input : null;
    }
}

/// <summary>An element-wise nonlinearity; the shape stays.</summary>
/// <param name="Function">Which.</param>
public sealed record ActivationSpec(Activation Function) : LayerSpec
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => Function.ToString().ToLowerInvariant();

    internal override IReadOnlyList<int>? Infer(IReadOnlyList<int> input, out string? problem)
    {
        problem = Enum.IsDefined(Function) ? null : $"has function {(int)Function}; expected Relu, Tanh or Sigmoid";
        return problem is null ? input : null;
    }
}

/// <summary>2-D convolution; [C, H, W] -> [OutChannels, (H + 2 Padding - KernelSize) / Stride + 1, likewise W].</summary>
/// <param name="OutChannels">Filters, at least 1.</param>
/// <param name="KernelSize">Rows and columns of a filter.</param>
/// <param name="Stride">Pixels from one position to the next.</param>
/// <param name="Padding">Zeros around the image.</param>
/// <param name="Bias">Whether every filter has a bias.</param>
public sealed record Conv2dSpec(int OutChannels, int KernelSize, int Stride = 1, int Padding = 0, bool Bias = true) : LayerSpec
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "conv";

    internal override IReadOnlyList<int>? Infer(IReadOnlyList<int> input, out string? problem)
    {
        problem = OutChannels < 1 ? $"has outChannels {OutChannels}; expected at least 1"
            : Padding < 0 ? $"has padding {Padding}; expected at least 0"
            : Window.Problem(input, KernelSize, Stride, Padding);
        return problem is null ? [OutChannels, .. Window.Positions(input, KernelSize, Stride, Padding)] : null;
    }
}

/// <summary>The maximum over windows; [C, H, W] -> [C, (H - KernelSize) / Stride + 1, likewise W].</summary>
/// <param name="KernelSize">Rows and columns of a window.</param>
/// <param name="Stride">Pixels from one window to the next; 0 takes the window's size.</param>
public sealed record MaxPool2dSpec(int KernelSize, int Stride = 0) : LayerSpec
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "maxpool";

    /// <summary>The stride in force.</summary>
    [JsonIgnore]
    public int EffectiveStride => Stride == 0 ? KernelSize : Stride;

    internal override IReadOnlyList<int>? Infer(IReadOnlyList<int> input, out string? problem)
    {
        problem = Window.Problem(input, KernelSize, EffectiveStride, padding: 0);
        return problem is null ? [input[0], .. Window.Positions(input, KernelSize, EffectiveStride, padding: 0)] : null;
    }
}
