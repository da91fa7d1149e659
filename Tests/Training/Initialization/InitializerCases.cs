using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using static TorchSharp.torch;
using Sequential = TorchSharp.Modules.Sequential;

namespace OnnxInit.Tests.Training.Initialization;

/// <summary>A scheme, and what a layer's weight should look like after it.</summary>
/// <param name="Scheme">The scheme, given a batch for the layer.</param>
/// <param name="Check">The layer, the batch and the error that rounding to the layer's type allows.</param>
internal sealed record InitializerCase(Func<Tensor, InitializationScheme> Scheme, Action<LayerUnderTest, Tensor, double> Check)
{
    /// <summary>The network that the layer is a part of.</summary>
    public Func<nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>> Network { get; init; } = layer => layer;

    /// <summary>Whether the scheme has nothing for the layer, and what it says then.</summary>
    public Func<LayerUnderTest, string?> Refusal { get; init; } = _ => null;
}

/// <summary>One row for every initializer and every named scheme.</summary>
internal static class InitializerCases
{
    public static IReadOnlyDictionary<string, InitializerCase> All { get; } = new Dictionary<string, InitializerCase>(StringComparer.Ordinal)
    {
        // Named schemes.
        ["kaiming-uniform"] = Named("kaiming-uniform", layer => Law.Uniform(Math.Sqrt(6.0 / layer.FanIn))),
        ["kaiming-normal"] = Named("kaiming-normal", layer => Law.Normal(Math.Sqrt(2.0 / layer.FanIn))),
        ["kaiming-uniform-fan-out"] = Named("kaiming-uniform-fan-out", layer => Law.Uniform(Math.Sqrt(6.0 / layer.FanOut))),
        ["kaiming-normal-fan-out"] = Named("kaiming-normal-fan-out", layer => Law.Normal(Math.Sqrt(2.0 / layer.FanOut))),
        ["kaiming-truncated-normal"] = Named("kaiming-truncated-normal", layer => Law.TruncatedNormal(Math.Sqrt(2.0 / layer.FanIn), 2)),
        ["xavier-uniform"] = Named("xavier-uniform", layer => Law.Uniform(Math.Sqrt(6.0 / (layer.FanIn + layer.FanOut)))),
        ["xavier-normal"] = Named("xavier-normal", layer => Law.Normal(Math.Sqrt(2.0 / (layer.FanIn + layer.FanOut)))),
        ["lecun-uniform"] = Named("lecun-uniform", layer => Law.Uniform(Math.Sqrt(3.0 / layer.FanIn))),
        ["lecun-normal"] = Named("lecun-normal", layer => Law.Normal(Math.Sqrt(1.0 / layer.FanIn))),
        ["pytorch"] = new(Get("pytorch"), (layer, _, _) =>
        {
            Law law = Law.Uniform(1 / Math.Sqrt(layer.PyTorchFanIn));
            law.Accepts(layer.Values);
            law.Accepts([.. layer.Bias.to(ScalarType.Float64).data<double>().ToArray()]);
        }),
        ["orthogonal"] = new(Get("orthogonal"), (layer, _, error) => IsOrthogonal(layer.Maps, Math.Sqrt(2), error)),
        ["delta-orthogonal"] = new(Get("delta-orthogonal"), (layer, _, error) => IsOrthogonal(Center(layer), Math.Sqrt(2), error)),
        ["looks-linear"] = new(Get("looks-linear"), (layer, _, error) => IsOrthogonal(Center(layer), 1, error)),
        ["identity"] = Named("identity", layer => Law.Normal(Math.Sqrt(2.0 / layer.FanIn))),
        ["dirac"] = new(Get("dirac"), (layer, _, _) =>
        {
            if (layer.HasKernel)
            {
                IsIdentity(layer, 1);
            }
            else
            {
                Law.Normal(Math.Sqrt(2.0 / layer.FanIn)).Accepts(layer.Values);
            }
        }),
        ["sparse"] = new(Get("sparse"), (layer, _, _) => IsSparse(layer, zeros: 10, deviation: 0.01)) { Refusal = SparseIsForMatrices },
        ["zeros"] = new(Get("zeros"), (layer, _, _) => layer.Values.Should().OnlyContain(weight => weight == 0)),
        ["lsuv"] = new(batch => InitializationSchemes.Get("lsuv", () => batch), (layer, batch, error) =>
        {
            layer.Module.call(batch).to(ScalarType.Float64).std(unbiased: false).item<double>().Should().BeApproximately(1, 0.01);
            double gain = layer.Maps.square().sum().sqrt().item<double>() / Math.Sqrt(layer.Groups * Math.Min(layer.Maps.shape[1], layer.Maps.shape[2] * layer.Maps.shape[3]));
            IsOrthogonal(layer.Maps, gain, error);
        }),

        // Two blocks of two layers: 2 / fan_out times 2^(-1).
        ["fixup"] = new(Get("fixup"), (layer, _, _) => Law.Normal(Math.Sqrt(1.0 / layer.FanOut)).Accepts(layer.Values)) { Network = InResidualNetwork },
        ["rezero"] = new(Get("rezero"), (layer, _, _) => Law.Normal(Math.Sqrt(2.0 / layer.FanIn)).Accepts(layer.Values)) { Network = InResidualNetwork },

        // Initializers with numbers.
        ["constant:0.5"] = new(Get("constant:0.5"), (layer, _, _) => layer.Values.Should().OnlyContain(weight => weight == 0.5)),
        ["normal:0.3"] = Named("normal:0.3", _ => Law.Normal(0.3)),
        ["N(2, 0.3)"] = new(_ => new Normal(2, 0.3), (layer, _, _) => Law.Normal(0.3).Accepts([.. layer.Values.Select(weight => weight - 2)])),
        ["uniform:0.3"] = Named("uniform:0.3", _ => Law.Uniform(0.3)),
        ["U(1, 3)"] = new(_ => new Uniform(1, 3), (layer, _, _) => Law.Uniform(1).Accepts([.. layer.Values.Select(weight => weight - 2)])),
        ["truncated-normal:0.02"] = Named("truncated-normal:0.02", _ => Law.TruncatedNormal(0.02, 2)),
        ["truncated normal, narrow"] = new(_ => new TruncatedNormal(0, 0.1, Bound: 0.5), (layer, _, _) => Law.TruncatedNormal(0.1, 0.5).Accepts(layer.Values)),
        ["truncated normal, wide"] = new(_ => new TruncatedNormal(0, 0.1, Bound: 50), (layer, _, _) => Law.Normal(0.1).Accepts(layer.Values)),
        ["orthogonal:3"] = new(Get("orthogonal:3"), (layer, _, error) => IsOrthogonal(layer.Maps, 3, 9 * error)),
        ["delta-orthogonal:1"] = new(Get("delta-orthogonal:1"), (layer, _, error) => IsOrthogonal(Center(layer), 1, error)),
        ["sparse:0.75"] = new(Get("sparse:0.75"), (layer, _, _) => IsSparse(layer, zeros: 75, deviation: 0.01)) { Refusal = SparseIsForMatrices },
        ["identity, pure"] = new(_ => new Identity(0.5), (layer, _, _) => IsIdentity(layer, 0.5)),
        ["dirac, pure"] = new(_ => new Dirac(), (layer, _, _) => IsIdentity(layer, 1))
        {
            Refusal = layer => layer.HasKernel ? null
                : "Cannot initialise 'weight': a Dirac is the middle of a kernel, and [100, 300] has none; expected [out, in / groups, kernel...]. Use identity for it.",
        },
        ["per layer"] = new(
            _ => new PerLayer(InitializationSchemes.XavierNormal, [InitializationRule.Named("weight", new Uniform(-1, 1)), InitializationRule.BiasesOf<nn.Module>(new Constant(3))]),
            (layer, _, _) =>
            {
                Law.Uniform(1).Accepts(layer.Values);
                layer.Bias.eq(3).all().item<bool>().Should().BeTrue();
            }),
    };

    private static Func<Tensor, InitializationScheme> Get(string name) => _ => InitializationSchemes.Get(name);

    private static InitializerCase Named(string name, Func<LayerUnderTest, Law> law) => new(Get(name), (layer, _, _) => law(layer).Accepts(layer.Values));

    private static Sequential InResidualNetwork(nn.Module<Tensor, Tensor> layer) => nn.Sequential(
        ("stem", nn.Linear(5, 5)),
        ("block1", new ResidualBlock(nn.Sequential(("layer", layer), ("last", nn.Linear(5, 5))))),
        ("block2", new ResidualBlock(nn.Sequential(("first", nn.Linear(5, 5)), ("last", nn.Linear(5, 5))))),
        ("classifier", nn.Linear(5, 2)));

    private static string? SparseIsForMatrices(LayerUnderTest layer) => layer.HasKernel
        ? $"Cannot initialise 'weight': sparse initialisation is for matrices, and the weight is [{string.Join(", ", layer.Weight.shape)}] in {layer.Groups} groups{(layer.Transposed ? " (transposed)" : string.Empty)}; expected [out, in]. Use another scheme for convolutions."
        : null;

    /// <summary>[groups, rows, ...]: rows or columns, whichever are fewer, are orthogonal and of the length of the gain.</summary>
    private static void IsOrthogonal(Tensor maps, double gain, double error)
    {
        Tensor matrices = maps.flatten(2);
        Tensor tall = matrices.shape[1] >= matrices.shape[2] ? matrices : matrices.transpose(1, 2);
        Tensor gram = tall.transpose(1, 2).matmul(tall);
        (gram - (gain * gain * eye(gram.shape[1], dtype: ScalarType.Float64))).abs().max().item<double>().Should().BeLessThan(error);
    }

    /// <summary>The middle of the 3x3 kernel, once everything else is known to be 0.</summary>
    private static Tensor Center(LayerUnderTest layer)
    {
        Tensor maps = layer.Maps;
        int center = layer.HasKernel ? 4 : 0;
        maps.count_nonzero().item<long>().Should().Be(maps.select(3, center).count_nonzero().item<long>());
        return maps.select(3, center).unsqueeze(3);
    }

    private static void IsIdentity(LayerUnderTest layer, double gain)
    {
        Tensor center = Center(layer).squeeze(3);
        Tensor identity = gain * eye(center.shape[1], center.shape[2], dtype: ScalarType.Float64);
        center.eq(identity).all().item<bool>().Should().BeTrue();
    }

    private static void IsSparse(LayerUnderTest layer, int zeros, double deviation)
    {
        layer.Weight.eq(0).sum(0L).eq(zeros).all().item<bool>().Should().BeTrue("every input has as many unconnected outputs");
        layer.Weight.eq(0).sum(1L).to(ScalarType.Float32).std().item<float>().Should().BeGreaterThan(0, "and which ones is chosen at random");
        Law.Normal(deviation).Accepts([.. layer.Values.Where(weight => weight != 0)]);
    }
}
