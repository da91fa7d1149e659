using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Export;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Translators;
using OnnxInit.Tests.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

public sealed class ExportRefusalTests
{
    private const string Remedy = " Replace them, or register a translator with ExportOptions.Translators.";

    [Fact]
    public void Every_unsupported_module_is_named_at_once()
    {
        using nn.Module<Tensor, Tensor> module = nn.Sequential(
            ("conv", nn.Conv2d(3, 4, 3)),
            ("act", nn.GELU()),
            ("block", nn.Sequential(("0", nn.Conv2d(4, 4, 3, padding: 1, padding_mode: PaddingModes.Reflect)), ("1", nn.ReLU()), ("2", nn.Sequential(nn.AvgPool2d(2))))),
            ("norm", nn.BatchNorm2d(4, track_running_stats: false)),
            ("same", nn.Conv2d(4, 4, 3, Padding.Same)),
            ("wide", nn.Conv2d(4, 4, 3).to(float64)));

        Exporting(module, 3, 8, 8).Should().Throw<UnsupportedModuleException>().WithMessage(
            "Cannot export 6 of 8 modules to opset 17: 'act' (GELU): no translator; "
            + "'block.0' (Conv2d): padding mode Reflect, only Zeros is translated; "
            + "'block.2.0' (AvgPool2d): no translator; "
            + "'norm' (BatchNorm2d): track_running_stats is false, so that it would normalise by the statistics of each batch; "
            + "'same' (Conv2d): padding given as a word, only numbers are translated; "
            + "'wide' (Conv2d): weight is Float64, bias is Float64, only Float32 is exported, convert the model with .to(torch.float32)."
            + Remedy);
    }

    [Fact]
    public void A_single_module_is_named_by_its_type() =>
        Exporting(nn.GELU(), 3).Should().Throw<UnsupportedModuleException>().WithMessage($"Cannot export 1 of 1 modules to opset 17: GELU: no translator.{Remedy}");

    [Fact]
    public void What_a_Sequential_with_its_own_forward_does_is_not_guessed() =>
        Exporting(nn.Sequential(("twice", new Twice(nn.Linear(3, 3)))), 3).Should().Throw<UnsupportedModuleException>()
            .WithMessage($"Cannot export 1 of 1 modules to opset 17: 'twice' (Twice): no translator.{Remedy}");

    [Fact]
    public void What_a_module_of_ones_own_does_is_not_guessed() =>
        Exporting(new Squared(), 3).Should().Throw<UnsupportedModuleException>().WithMessage($"Cannot export 1 of 1 modules to opset 17: Squared: no translator.{Remedy}");

    [Fact]
    public void A_translator_of_ones_own_is_used()
    {
        TranslatorRegistry translators = TranslatorRegistry.Default.Clone()
            .Add<Squared>((_, input, graph) => graph.Add("Mul", [input.Name, input.Name], input.Type, input.Shape));
        using nn.Module<Tensor, Tensor> module = nn.Sequential(nn.Linear(3, 3), new Squared()).Settled(3);

        ExportParity.AssertExports(module, [3], options => options with { Translators = translators })
            .Graph.Nodes.Select(node => node.OpType).Should().Equal("Gemm", "Mul");
        TranslatorRegistry.Default.Types.Should().NotContain(typeof(Squared));
    }

    [Fact]
    public void A_translator_of_ones_own_can_refuse() =>
        FluentActions.Invoking(() => Export(new Squared(), [3], options => options with
        {
            Translators = options.Translators.Clone().Add<Squared>((_, input, _) => input, _ => "too large"),
        })).Should().Throw<UnsupportedModuleException>().WithMessage("*Squared: too large.*");

    [Fact]
    public void Two_translators_of_one_type_are_both_named() =>
        FluentActions.Invoking(() => TranslatorRegistry.Default.Clone().Add<TorchSharp.Modules.ReLU>(Doubled)).Should().Throw<ArgumentException>()
            .WithMessage("ReLU has two translators: ActivationTranslators.Relu and ExportRefusalTests.Doubled. Remove one.");

    [Fact]
    public void The_default_translators_stay_as_they_are() =>
        FluentActions.Invoking(() => TranslatorRegistry.Default.Add<Squared>((_, input, _) => input)).Should().Throw<InvalidOperationException>()
            .WithMessage("The default translators are shared by every export. Add to TranslatorRegistry.Default.Clone().");

    public static TheoryData<string, Func<nn.Module<Tensor, Tensor>>, long[], string> Misfits => new()
    {
        { "linear", () => nn.Linear(5, 3), [4], "it takes [N, ..., 5] and is given input: float[N, 4]" },
        { "linear without batch", () => nn.Linear(5, 3), [], "it takes [N, ..., 5] and is given input: float[N]" },
        { "conv channels", () => nn.Conv2d(3, 4, 3), [1, 8, 8], "it takes [N, 3, H, W] and is given input: float[N, 1, 8, 8]" },
        { "conv without batch", () => nn.Conv2d(3, 4, 3), [8, 8], "it takes [N, 3, H, W] and is given input: float[N, 8, 8]" },
        { "conv window", () => nn.Conv2d(3, 4, 3), [3, 2, 8], "it takes at least 3 pixels along axis 2 and is given input: float[N, 3, 2, 8]" },
        { "pool axes", () => nn.MaxPool2d(2), [8, 8], "it takes [N, C, H, W] and is given input: float[N, 8, 8]" },
        { "pool window", () => nn.MaxPool2d(2, stride: 3), [3, 8, 1], "it takes at least 2 pixels along axis 3 and is given input: float[N, 3, 8, 1]" },
        { "norm 1d axes", () => nn.BatchNorm1d(5), [5, 2, 2], "it takes [N, 5] or [N, 5, L] and is given input: float[N, 5, 2, 2]" },
        { "norm 1d channels", () => nn.BatchNorm1d(5), [4], "it takes [N, 5] or [N, 5, L] and is given input: float[N, 4]" },
        { "norm 2d", () => nn.BatchNorm2d(5), [5], "it takes [N, 5, H, W] and is given input: float[N, 5]" },
        { "flatten", () => nn.Flatten(2, 4), [5, 3], "it takes axes 2 to 4, in this order, and is given input: float[N, 5, 3]" },
        { "flatten backwards", () => nn.Flatten(2, 1), [5, 3], "it takes axes 2 to 1, in this order, and is given input: float[N, 5, 3]" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void An_example_of_another_shape_is_refused(string what, Func<nn.Module<Tensor, Tensor>> make, long[] shape, string problem) =>
        FluentActions.Invoking(() => Export(nn.Sequential(("layer", make())), shape)).Should().Throw<ArgumentException>(what)
            .WithMessage($"Cannot export module 'layer' ({make().GetType().Name}): {problem}.*");

    [Fact]
    public void Flattening_the_batch_axis_is_refused() =>
        Exporting(nn.Sequential(("flat", nn.Flatten(0))), 3, 4).Should().Throw<UnsupportedModuleException>()
            .WithMessage("Cannot export module 'flat' (Flatten): start_dim 0 flattens the batch axis. Keep the batch axis apart.");

    [Fact]
    public void An_example_of_another_type_is_refused()
    {
        using Tensor example = zeros([1, 3], int64);

        FluentActions.Invoking(() => OnnxExporter.Export(nn.ReLU(), example)).Should().Throw<ArgumentException>()
            .WithMessage("The example is Int64 with 2 axes; expected float32 with a batch axis first.*");
    }

    [Fact]
    public void Names_that_ONNX_does_not_allow_are_all_named() =>
        FluentActions.Invoking(() => Export(nn.ReLU(), [3], options => options with { InputName = "my input", OutputName = "1st", BatchAxis = "" }))
            .Should().Throw<InvalidInputException>().WithMessage(
                "The export options are impossible: InputName is 'my input', OutputName is '1st', BatchAxis is ''; expected letters, digits and _, not starting with a digit.");

    [Fact]
    public void One_name_for_input_and_output_is_refused() =>
        FluentActions.Invoking(() => Export(nn.ReLU(), [3], options => options with { InputName = "logits" })).Should().Throw<InvalidInputException>()
            .WithMessage("The export options are impossible: InputName and OutputName are both 'logits'.");

    [Fact]
    public void A_normalisation_of_other_channels_is_refused() =>
        FluentActions.Invoking(() => Export(nn.ReLU(), [1, 4, 4], options => options with { EmbedNormalization = Normalization.Cifar10 })).Should().Throw<ArgumentException>()
            .WithMessage("Normalising pixels wants the input float[N, 3, H, W], and it is input: float[N, 1, 4, 4].*");

    [Fact]
    public void No_file_is_left_behind_by_a_failure()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["taken"]);

        FluentActions.Invoking(() => Export(nn.GELU(), [3]).Save(folder["model.onnx"])).Should().Throw<UnsupportedModuleException>();
        FluentActions.Invoking(() => Export(nn.ReLU(), [3]).Save(folder["taken"])).Should().Throw<InvalidInputException>();

        Directory.GetFileSystemEntries(folder.Path).Should().Equal(folder["taken"]);
    }

    private static GraphValue Doubled(TorchSharp.Modules.ReLU module, GraphValue input, GraphBuilder graph) => graph.Add("Add", [input.Name, input.Name], input.Type, input.Shape);

    private static Action Exporting(nn.Module<Tensor, Tensor> module, params long[] shape) => () => Export(module, shape);

    private static ExportedModel Export(nn.Module<Tensor, Tensor> module, long[] shape, Func<ExportOptions, ExportOptions>? configure = null)
    {
        using Tensor example = zeros([1, .. shape]);
        return OnnxExporter.Export(module, example, configure);
    }

    private sealed class Squared() : nn.Module<Tensor, Tensor>(nameof(Squared))
    {
        public override Tensor forward(Tensor input) => input * input;
    }

    private sealed class Twice(nn.Module<Tensor, Tensor> module) : TorchSharp.Modules.Sequential(module)
    {
        public override Tensor forward(Tensor input) => base.forward(base.forward(input));
    }
}
