using OnnxInit.Contracts;
using OnnxInit.Contracts.Models;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Models;

public class ModelSpecTests
{
    public static TheoryData<string> Presets => [.. ModelPresets.Names];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_survives_being_written_and_read(string name)
    {
        ModelSpec spec = ModelPresets.Create(name)!;

        ModelSpec.Parse(spec.ToJson(), "test").Should().Be(spec);
        ModelSpec.Parse(spec.ToCompactJson(), "test").Should().Be(spec);
        spec.ToCompactJson().Should().NotContain("\n");
    }

    [Fact]
    public void Every_member_of_every_layer_survives()
    {
        ModelSpec spec = new("all", [3, 16, 16],
        [
            new Conv2dSpec(8, 5, 2, 3, Bias: false) { Name = "first" }, new BatchNormSpec(1e-3, 0.25), new ActivationSpec(Activation.Sigmoid), new MaxPool2dSpec(3, 2),
            new FlattenSpec(), new LinearSpec(7, Bias: false), new ActivationSpec(Activation.Tanh),
        ]);

        ModelSpec.Parse(spec.ToJson(), "test").Should().Be(spec);
    }

    [Fact]
    public void The_JSON_is_as_documented() => new ModelSpec("small", [2], [new LinearSpec(3) { Name = "out" }, new ActivationSpec(Activation.Relu)]).ToCompactJson().Should().Be(
        """{"name":"small","input":[2],"layers":[{"type":"linear","name":"out","outFeatures":3,"bias":true},{"type":"activation","function":"Relu"}]}""");

    [Fact]
    public void What_has_a_default_may_be_left_out() =>
        Parse("""{"layers":[{"kernelSize":3,"outChannels":4,"type":"conv2d"},{"type":"maxpool2d","kernelSize":2},{"type":"batchnorm"}],"input":[3,8,8],"name":"n"}""")
            .Layers.Should().Equal(new Conv2dSpec(4, 3), new MaxPool2dSpec(2), new BatchNormSpec());

    [Theory]
    [InlineData("""{"name":"n","input":[2],"layers":[{"type":"linear","outFeatures":3,"units":3}]}""", "*units*")]
    [InlineData("""{"name":"n","input":[2],"layers":[{"type":"linear","outFeatures":3}],"optimizer":"sgd"}""", "*optimizer*")]
    [InlineData("""{"name":"n","input":[2],"layers":[{"type":"linear"}]}""", "*outFeatures*")]
    [InlineData("""{"name":"n","input":[2]}""", "*layers*")]
    [InlineData("""{"name":null,"input":[2],"layers":[]}""", "*name*")]
    [InlineData("""{"name":"n","input":[2],"layers":[{"type":"lstm"}]}""", "*lstm*Layers are of type flatten, linear, batchnorm, activation, conv2d, maxpool2d.*")]
    [InlineData("""{"name":"n","input":[2],"layers":[{"type":"activation","function":"Swish"}]}""", "*An activation's function is one of Relu, Tanh, Sigmoid, in quotes.*")]
    [InlineData("""{"name":"n","input":[2],"layers":[{"type":"activation","function":1}]}""", "*one of Relu, Tanh, Sigmoid*")]
    [InlineData("""{"name":"n","input":[2],"layers":[{"outFeatures":3}]}""", "*type*")]
    [InlineData("""{"name":"n","input":["2"],"layers":[]}""", "*input*")]
    [InlineData("{", "*")]
    public void A_specification_that_cannot_be_understood_is_an_error_that_says_where_and_why(string json, string problem) =>
        FluentActions.Invoking(() => Parse(json)).Should().Throw<InvalidInputException>()
            .WithMessage("The model specification 'net.json' cannot be read: *'onnxinit inspect mlp' prints one that works.").WithMessage(problem);

    [Theory]
    [InlineData("null")]
    [InlineData("""{"name":"n","input":[2],"layers":[null]}""")]
    public void Null_is_no_network_and_no_layer(string json) =>
        FluentActions.Invoking(() => Parse(json)).Should().Throw<InvalidInputException>()
            .WithMessage("The model specification 'net.json' is incomplete: expected name, input and layers, none of them null.");

    [Fact]
    public void A_file_is_read_and_a_missing_one_named()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["net.json"], ModelPresets.Cnn.ToJson());

        ModelSpec.Load(folder["net.json"]).Should().Be(ModelPresets.Cnn);
        FluentActions.Invoking(() => ModelSpec.Load(folder["other.json"])).Should().Throw<InvalidInputException>()
            .WithMessage($"The model specification '{folder["other.json"]}' cannot be read: Could not find file*");
    }

    [Fact]
    public void Layers_without_a_name_are_called_by_their_kind_and_ordinal() => ModelPresets.Cnn.Trace().Select(layer => layer.Name).Should().Equal(
        "conv1", "batchnorm1", "relu1", "maxpool1", "conv2", "batchnorm2", "relu2", "maxpool2", "flatten1", "linear1", "batchnorm3", "relu3", "linear2");

    [Fact]
    public void A_name_given_takes_part_in_the_count() =>
        // The second linear layer is linear2, whatever the first is called.
        new ModelSpec("n", [2], [new LinearSpec(3) { Name = "hidden" }, new LinearSpec(4)]).Trace().Select(layer => layer.Name).Should().Equal("hidden", "linear2");

    [Fact]
    public void Shapes_are_followed_through_the_layers() => ModelPresets.Cnn.Trace().Select(layer => string.Join("x", layer.Output)).Should().Equal(
        "16x32x32", "16x32x32", "16x32x32", "16x16x16", "32x16x16", "32x16x16", "32x16x16", "32x8x8", "2048", "64", "64", "64", "10");

    [Theory]
    [InlineData(32, 5, 1, 0, 28)] // (32 - 5) / 1 + 1
    [InlineData(32, 5, 1, 2, 32)] // (32 + 4 - 5) / 1 + 1
    [InlineData(32, 3, 2, 1, 16)] // 31 / 2 + 1 = 15 + 1
    [InlineData(5, 5, 3, 0, 1)]
    public void A_convolution_has_as_many_positions_as_its_window_fits(int side, int kernel, int stride, int padding, int expected) =>
        new ModelSpec("n", [1, side, side + 1], [new Conv2dSpec(2, kernel, stride, padding)]).OutputShape().Take(2).Should().Equal(2, expected);

    [Fact]
    public void All_problems_are_in_one_message_and_shapes_are_followed_to_the_first_impossible_one() =>
        Refused(new("n", [3, 4, 4], [new LinearSpec(0) { Name = "1st" }, new LinearSpec(10) { Name = "b" }, new LinearSpec(10) { Name = "b" }]),
            "layer 0 is named '1st'; expected letters, digits and _, not starting with a digit; layer 0 '1st' has outFeatures 0; expected at least 1; layer 2 is named 'b' as a layer before it");

    public static TheoryData<int[], LayerSpec, string> Impossible => new()
    {
        { [3, 4, 4], new LinearSpec(10), "layer 0 'linear1' takes one axis and is given [3, 4, 4]; put a flatten before it" },
        { [3], new LinearSpec(0), "layer 0 'linear1' has outFeatures 0; expected at least 1" },
        { [3], new Conv2dSpec(8, 3), "layer 0 'conv1' takes [C, H, W] and is given [3]" },
        { [3, 4, 4], new Conv2dSpec(0, 3), "layer 0 'conv1' has outChannels 0; expected at least 1" },
        { [3, 4, 4], new Conv2dSpec(8, 0), "layer 0 'conv1' has kernelSize 0; expected at least 1" },
        { [3, 4, 4], new Conv2dSpec(8, 3, Stride: 0), "layer 0 'conv1' has stride 0; expected at least 1" },
        { [3, 4, 4], new Conv2dSpec(8, 3, Padding: -1), "layer 0 'conv1' has padding -1; expected at least 0" },
        { [3, 4, 4], new Conv2dSpec(8, 7, Padding: 1), "layer 0 'conv1' slides a 7x7 window over [3, 4, 4] with padding 1; the window does not fit" },
        { [3, 4, 4], new Conv2dSpec(8, 3, Padding: 1 << 30), "layer 0 'conv1' has padding 1073741824, which makes an axis longer than 2147483647" },
        { [3, 4, 4], new MaxPool2dSpec(5), "layer 0 'maxpool1' slides a 5x5 window over [3, 4, 4] with padding 0; the window does not fit" },
        { [3, 4, 4], new MaxPool2dSpec(2, Stride: -1), "layer 0 'maxpool1' has stride -1; expected at least 1" },
        { [3, 4], new BatchNormSpec(), "layer 0 'batchnorm1' takes [F] or [C, H, W] and is given [3, 4]" },
        { [3], new BatchNormSpec(Eps: 0), "layer 0 'batchnorm1' has eps 0; expected a number above 0" },
        { [3], new BatchNormSpec(Momentum: 1.5), "layer 0 'batchnorm1' has momentum 1.5; expected a number above 0 and at most 1" },
        { [65536, 65536], new FlattenSpec(), "layer 0 'flatten1' flattens to 4294967296 values, more than 2147483647" },
        { [65536, 65536, 65536, 65536], new FlattenSpec(), "layer 0 'flatten1' flattens to 18446744073709551616 values, more than 2147483647" },
        { [3], new ActivationSpec((Activation)7) { Name = "a" }, "layer 0 'a' has function 7; expected Relu, Tanh or Sigmoid" },
        { [], new FlattenSpec(), "the input [] needs one or more axes, each at least 1" },
        { [3, 0], new FlattenSpec(), "the input [3, 0] needs one or more axes, each at least 1" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void An_impossible_layer_is_named_with_what_is_wrong(int[] input, LayerSpec layer, string problem) => Refused(new("n", input, [layer]), problem);

    [Fact]
    public void No_layers_are_no_network() => Refused(new("n", [3], []), "there are no layers");

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("a-b")]
    [InlineData("1a")]
    [InlineData("größe")]
    [InlineData("a\n")]
    public void A_name_is_an_identifier(string name) =>
        Refused(new("n", [3], [new FlattenSpec() { Name = name }]), $"layer 0 is named '{name}'; expected letters, digits and _, not starting with a digit");

    [Fact]
    public void A_name_is_unique_among_the_given_and_the_generated() =>
        Refused(new("n", [3], [new LinearSpec(3) { Name = "linear2" }, new LinearSpec(3)]), "layer 1 is named 'linear2' as a layer before it");

    private static ModelSpec Parse(string json) => ModelSpec.Parse(json, "'net.json'");

    private static void Refused(ModelSpec spec, string problems) =>
        FluentActions.Invoking(spec.Trace).Should().Throw<InvalidInputException>().Which.Message.Should().Be($"The network 'n' is impossible: {problems}.");
}
