using System.Text.Json.Serialization;

namespace OnnxInit.Contracts.Runs;

/// <summary>What went through one layer in one step.</summary>
public sealed record LayerSignal
{
    /// <summary>The dotted name; <c>name#2</c> for the second call of a module in one forward pass, <c>name[1]</c> for the second of several outputs.</summary>
    public required string Name { get; init; }

    /// <summary>The module's type, such as <c>Linear</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The type of the output's entries: float16, bfloat16, float32 or float64.</summary>
    public required string ElementType { get; init; }

    /// <summary>The layer's output.</summary>
    public required SignalStatistics Forward { get; init; }

    /// <summary>The gradient of the loss with respect to the output; null without a backward pass through it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignalStatistics? Gradient { get; init; }

    /// <summary>The layer's weights; null when it has none, or at a second call.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WeightSignal? Weight { get; init; }
}

/// <summary>The weights of one layer: all its parameters of two or more axes together, without biases.</summary>
public sealed record WeightSignal
{
    /// <summary>Inputs of one unit, of the layer's first weight.</summary>
    public required long FanIn { get; init; }

    /// <summary>Units that one input reaches, of the layer's first weight.</summary>
    public required long FanOut { get; init; }

    /// <summary>The weights as they were in the forward pass.</summary>
    public required SignalStatistics Values { get; init; }

    /// <summary>The gradient of the loss with respect to them; null without a backward pass.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignalStatistics? Gradient { get; init; }

    /// <summary>|change of the weights| / |weights|, Euclidean norms, of the step's update; null when no update was seen. About 1e-3 is usual.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? UpdateRatio { get; init; }
}
