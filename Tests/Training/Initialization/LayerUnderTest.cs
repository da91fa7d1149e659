using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training.Initialization;

/// <summary>A layer to initialise, with its fans counted by hand.</summary>
internal sealed record LayerUnderTest(nn.Module<Tensor, Tensor> Module, long FanIn, long FanOut, long PyTorchFanIn, int Groups, bool Transposed, long[] Input)
{
    public const string LinearName = "Linear(300, 100)";
    public const string GroupedName = "Conv2d(64, 128, 3, groups 4)";
    public const string TransposedName = "ConvTranspose2d(48, 64, 3, groups 2)";

    public static IReadOnlyList<string> Names { get; } = [LinearName, GroupedName, TransposedName];

    public Parameter Weight => Module.get_parameter("weight")!;

    public Parameter Bias => Module.get_parameter("bias")!;

    public double[] Values => [.. Weight.to(ScalarType.Float64).data<double>().ToArray()];

    public bool HasKernel => Weight.dim() > 2;

    /// <summary>[groups, outputs, inputs, kernel] in float64, whichever way the layer stores it.</summary>
    public Tensor Maps
    {
        get
        {
            using IDisposable noGradient = no_grad();
            Tensor weight = Weight.to(ScalarType.Float64);
            Tensor grouped = weight.reshape(Groups, weight.shape[0] / Groups, weight.shape[1], -1);
            return Transposed ? grouped.transpose(1, 2).contiguous() : grouped;
        }
    }

    public static LayerUnderTest Create(string name, ScalarType type) => name switch
    {
        // The fans are connections of one unit: inputs of its group times 9, and outputs of its group times 9.
        LinearName => new(nn.Linear(300, 100, dtype: type), 300, 100, 300, 1, false, [64, 300]),
        GroupedName => new(nn.Conv2d(64, 128, 3, groups: 4, dtype: type), 16 * 9, 32 * 9, 16 * 9, 4, false, [4, 64, 6, 6]),

        // PyTorch takes the second axis of [in, out / groups, kernel] for the fan-in: 32 x 9.
        TransposedName => new(nn.ConvTranspose2d(48, 64, 3, groups: 2, dtype: type), 24 * 9, 32 * 9, 32 * 9, 2, true, [4, 48, 6, 6]),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such layer"),
    };
}
