using OnnxInit.Contracts;
using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Studies;
using OnnxInit.Training.Studies.Depth;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training.Studies.Depth;

public class DepthStudyTests
{
    private static readonly DepthStudyOptions Nothing = DepthStudyOptions.Quick with { LawNetworks = 0, GrowthNetworks = 0, GridSteps = 0, CurveSteps = 0 };

    [Fact]
    public void Its_quick_settings_agree_with_the_theory_on_synthetic_images()
    {
        StudyResult result = SmallStudy.Run(new DepthStudy(DepthStudyOptions.Quick));

        SmallStudy.ShouldHold(result);
        result.Figures.Select(figure => figure.Name).Should().Equal("depth-law", "depth-histogram", "depth-batchnorm", "depth-curves", "depth-grid");
        HeatMapPanel map = result.Figures[^1].Panels[0].Should().BeOfType<HeatMapPanel>().Subject;
        map.Rows.Should().Equal(DepthScheme.All.Select(scheme => scheme.Name));
        map.Columns.Should().Equal("2 (MLP)", "20 (MLP)");
        map.Texts[^1][0].Should().Be("-"); // no residual network has two layers
        double.IsNaN(map.Values[^1][0]).Should().BeTrue();
    }

    [Fact]
    public void Everything_is_a_function_of_the_seed()
    {
        DepthStudyOptions options = Nothing with { LawNetworks = 3, OrthogonalNetworks = 2, LawDepth = 10, GrowthNetworks = 1, GrowthDepth = 10, GridDepths = [3], GridSteps = 2, CurveDepths = [5], CurveSteps = 2 };

        string[] Numbers(long seed) => [.. SmallStudy.Run(new DepthStudy(options), seed).Findings.Select(finding => $"{finding.Measured:R}")];

        Numbers(3).Should().Equal(Numbers(3));
        Numbers(3)[0].Should().NotBe(Numbers(4)[0]);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Every_part_can_be_cancelled(DepthStudyOptions part) =>
        SmallStudy.ShouldStop(new DepthStudy(part));

    public static TheoryData<DepthStudyOptions> Parts() => new(
        Nothing with { LawNetworks = 20, LawDepth = 10 },
        Nothing with { GrowthNetworks = 3, GrowthDepth = 10 },
        Nothing with { GridSteps = 2, GridDepths = [3] },
        Nothing with { CurveSteps = 2, CurveDepths = [3] });

    [Fact]
    public void Curves_alone_are_what_a_command_line_asks_for()
    {
        StudyResult result = SmallStudy.Run(new DepthStudy(DepthStudyOptions.CurvesOnly([30, 6], ["looks-linear", "lecun-normal"], 3)));

        Figure figure = result.Figures.Should().ContainSingle().Subject;
        figure.Panels.Select(panel => panel.Title).Should().Equal("30 weight layers", "6 weight layers");
        ((LinePanel)figure.Panels[0]).Series.Select(series => series.Label).Should().Equal("looks-linear, lr 0.001", "lecun-normal, lr 0.001");
        ((LinePanel)figure.Panels[0]).Series.Should().OnlyContain(series => series.Y.Count == 3);
    }

    [Fact]
    public void An_unknown_scheme_and_a_network_of_one_layer_are_refused()
    {
        FluentActions.Invoking(() => DepthStudyOptions.CurvesOnly([10], ["nonsense"], 1)).Should().Throw<InvalidInputException>().WithMessage("There is no initialisation 'nonsense'*");
        FluentActions.Invoking(() => DepthStudyOptions.CurvesOnly([1], ["looks-linear"], 1)).Should().Throw<InvalidInputException>().WithMessage("The depths are 1; expected at least 2 weight layers.");
    }

    [Fact]
    public void Looks_linear_is_an_isometry_at_any_depth_and_its_learning_rate_falls_with_it()
    {
        using DisposeScope scope = NewDisposeScope();
        DepthScheme scheme = DepthScheme.Get("looks-linear");
        using nn.Module<Tensor, Tensor> network = DepthNetwork.Create(scheme, depth: 300, width: 20, batchNorm: false, convolutional: false, SmallStudy.Context());

        // [w; -w] and ReLU keep the ten dimensions that w maps to; the last layer, [w, -w] with ten orthonormal rows, returns them.
        Tensor images = randn([4, 3, 32, 32], generator: new Generator(1));
        Tensor first = network.get_parameter("linear1.weight")!.narrow(0, 0, 10);
        double expected = images.flatten(1).matmul(first.t()).square().sum().item<float>();
        network.call(images).square().sum().item<float>().Should().BeApproximately((float)expected, (float)(1e-3 * expected));

        scheme.LearningRate(1_000).Should().BeApproximately(1e-4, 1e-12);
        scheme.LearningRate(10_000).Should().BeApproximately(1e-5, 1e-12);
    }

    [Theory]
    [InlineData("kaiming-normal", 2, false)]
    [InlineData("kaiming-normal", 4, true)]
    [InlineData("looks-linear", 30, false)]
    [InlineData("fixup", 30, false)]
    [InlineData("rezero", 30, false)]
    public void Networks_are_counted_by_their_weight_layers(string scheme, int depth, bool convolutional)
    {
        foreach (bool batchNorm in new[] { false, true })
        {
            using DisposeScope scope = NewDisposeScope();
            using nn.Module<Tensor, Tensor> network = DepthNetwork.Create(DepthScheme.Get(scheme), depth, width: 20, batchNorm, convolutional, SmallStudy.Context());

            network.named_parameters().Count(parameter => parameter.parameter.dim() > 1).Should().Be(depth);
            network.named_buffers().Any().Should().Be(batchNorm);
            network.call(zeros(2, 3, 32, 32)).shape.Should().Equal(2, 10);
        }
    }
}
