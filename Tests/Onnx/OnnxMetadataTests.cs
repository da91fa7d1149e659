using System.Text.Json.Nodes;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using OnnxInit.Export;
using OnnxInit.Inference;
using OnnxInit.Tests.Data;
using OnnxInit.Training.Models;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Onnx;

public sealed class OnnxMetadataTests
{
    private static readonly string[] Classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    [Fact]
    public void A_model_says_all_that_its_run_knows()
    {
        IReadOnlyDictionary<string, string> metadata = ModelMetadata.Of(Run, 1, Epoch(0.25), normalizedByModel: false);

        metadata.Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["normalization.mean"] = "0.4914,0.4822,0.4465",
            ["normalization.std"] = "0.247,0.2435,0.2616",
            ["normalization.by"] = "caller",
            ["classes"] = "airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck",
            ["spec"] = ModelPresets.Mlp.ToCompactJson(),
            ["initialization"] = "kaiming-uniform",
            ["training"] = """{"step":1,"epoch":3,"seed":17,"validationLoss":0.25,"validationAccuracy":0.5,"dataset":"d1"}""",
        });
        ModelSpec.Parse(metadata[ModelMetadata.Spec], "metadata").Should().Be(ModelPresets.Mlp);
    }

    [Fact]
    public void An_untrained_model_says_so() => ModelMetadata.Of(Run, 0, null, normalizedByModel: true).Should()
        .Contain(ModelMetadata.Training, """{"step":0,"epoch":0,"seed":17,"validationLoss":null,"validationAccuracy":null,"dataset":"d1"}""")
        .And.Contain(ModelMetadata.NormalizedBy, "model");

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_diverged_model_says_so(double loss) =>
        JsonNode.Parse(ModelMetadata.Of(Run, 1, Epoch(loss), normalizedByModel: false)[ModelMetadata.Training])!["validationLoss"].Should().BeNull();

    [Fact]
    public void A_normalisation_comes_back_to_the_last_bit()
    {
        Normalization normalization = new([1.0 / 3, 1e-300, 0], [Math.PI, double.Epsilon, 1e300]);

        ModelMetadata.ReadNormalization(new Dictionary<string, string>(ModelMetadata.Write(normalization))).Should().Be(normalization);
    }

    [Fact]
    public void A_model_that_does_not_say_has_no_normalisation() => ModelMetadata.ReadNormalization(new Dictionary<string, string>()).Should().BeNull();

    [Theory]
    [InlineData("0.5;0.5", "1,1", "The model's metadata 'normalization.mean' is '0.5;0.5'; expected numbers separated by commas.")]
    [InlineData("0.5,0.5", "", "The model's metadata 'normalization.std' is ''; expected numbers separated by commas.")]
    [InlineData("0.5", "1,1", "The model's metadata 'normalization.mean' and 'normalization.std' are unusable: A normalisation has one mean and one standard deviation per channel; found mean 0.5; std 1, 1.")]
    [InlineData("0.5", "0", "The model's metadata 'normalization.mean' and 'normalization.std' are unusable: The standard deviations of a normalisation are above 0; found mean 0.5; std 0.")]
    [InlineData("NaN", "1", "The model's metadata 'normalization.mean' and 'normalization.std' are unusable: The means and standard deviations of a normalisation are finite; found mean NaN; std 1.")]
    public void A_normalisation_that_is_none_is_refused(string mean, string std, string message) =>
        FluentActions.Invoking(() => ModelMetadata.ReadNormalization(new Dictionary<string, string> { [ModelMetadata.Mean] = mean, [ModelMetadata.Std] = std }))
            .Should().Throw<InvalidInputException>().WithMessage(message);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ONNX_Runtime_sees_what_the_export_wrote(bool embed)
    {
        using TemporaryFolder folder = new();
        using nn.Module<Tensor, Tensor> module = ModelBuilder.Build(ModelPresets.Mlp);
        using Tensor example = zeros(1, 3, 32, 32);
        IReadOnlyDictionary<string, string> metadata = ModelMetadata.Of(Run, 1, Epoch(0.25), embed);
        OnnxExporter.Export(module, example, options => options with { OutputNames = ["logits"], Metadata = metadata, EmbedNormalization = embed ? Normalization.Cifar10 : null })
            .Save(folder["model.onnx"]);

        using OnnxModel model = OnnxModel.Open(folder["model.onnx"]);

        model.Metadata.Should().Equal(metadata);
        model.Normalization.Should().Be(Normalization.Cifar10);
        model.ClassNames.Should().Equal(Classes);
        model.ClassCount.Should().Be(10);
        model.Input.Should().Be(new OnnxModelInput("input", embed ? OnnxElementType.UInt8 : OnnxElementType.Float32, "N", new ImageShape(3, 32, 32)));
        OnnxFile.Load(folder["model.onnx"]).MetadataProps.Select(property => property.Key).Should().Equal(metadata.Keys.Order(StringComparer.Ordinal));
    }

    private static RunManifest Run => new()
    {
        FormatVersion = RunManifest.CurrentVersion,
        Created = DateTimeOffset.UnixEpoch,
        Seed = 17,
        Device = "cpu",
        Threads = 1,
        Configuration = new(),
        Dataset = new()
        {
            Source = "synthetic",
            Name = "synthetic",
            Digest = "d1",
            ClassNames = Classes,
            Normalization = Normalization.Cifar10,
            TrainImages = 9,
            ValidationImages = 1,
            TestImages = 1,
        },
        Model = ModelPresets.Mlp,
        Parameters = 308610,
        Versions = new() { OnnxInit = "0", TorchSharp = "0", Runtime = "0", OperatingSystem = "0" },
    };

    private static EpochRecord Epoch(double validationLoss) => new()
    {
        Epoch = 3,
        Step = 30,
        TrainLoss = 0.125,
        ValidationLoss = validationLoss,
        ValidationAccuracy = 0.5,
        LearningRate = 0.001,
        Seconds = 1,
        ImagesPerSecond = 10,
    };
}
