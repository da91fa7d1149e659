using OnnxInit.Contracts;
using OnnxInit.Export;
using OnnxInit.Export.Lowerings;
using OnnxInit.Tests.Export.Lowerings;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Refusals;

public sealed class ExampleRefusalTests
{
    private static readonly Dictionary<int, string> Batch = new() { [0] = "N" };

    [Fact]
    public void A_name_in_the_graph_is_an_identifier() =>
        Exporting([new("my input", zeros(2, 3))]).Should().Throw<InvalidInputException>().WithMessage(
            "The names in the graph are impossible: an input is called 'my input'; expected letters, digits and _, not starting with a digit.");

    [Fact]
    public void A_dynamic_axis_has_an_identifier_as_its_name() =>
        Exporting([new("x", zeros(2, 3), new Dictionary<int, string> { [0] = "batch size" })]).Should().Throw<InvalidInputException>().WithMessage(
            "The names in the graph are impossible: a dynamic axis is called 'batch size'; expected letters, digits and _, not starting with a digit.");

    [Fact]
    public void No_two_inputs_and_outputs_share_a_name() =>
        Exporting([new("x", zeros(2, 3))], options => options with { OutputNames = ["x"] }).Should().Throw<InvalidInputException>().WithMessage(
            "The names in the graph are impossible: an input and an output are called 'x'.");

    [Fact]
    public void Every_output_is_named_or_none() =>
        Exporting([new("x", zeros(2, 3))], options => options with { OutputNames = ["a", "b"] }).Should().Throw<InvalidInputException>().WithMessage(
            "The model has 1 outputs, and 2 are named: a, b. Name each, in the order in which forward returns them.");

    [Theory]
    [InlineData(12)]
    [InlineData(22)]
    public void Opsets_13_to_21_are_written(int opset) =>
        Exporting([new("x", zeros(2, 3))], options => options with { Opset = opset }).Should().Throw<InvalidInputException>().WithMessage(
            $"Opset {opset} is not written; expected 13 to 21 (default 17).");

    [Fact]
    public void A_dynamic_axis_exists() =>
        Exporting([new("x", zeros(2, 3), new Dictionary<int, string> { [2] = "T" })]).Should().Throw<InvalidInputException>().WithMessage(
            "The dynamic axis 'T' is axis 2 of 'x', which has 2 axes: [2, 3].");

    [Fact]
    public void Axes_of_one_name_have_one_size()
    {
        using nn.Module module = new Function(inputs => cat(inputs, 1), 2);
        Action export = () => OnnxExporter.Export(module, [new ExampleInput("a", zeros(2, 3), Batch), new ExampleInput("b", zeros(4, 3), Batch)]);
        export.Should().Throw<InvalidInputException>().WithMessage("The dynamic axis 'N' is 2 in one example and 4 on axis 0 of 'b'. Give examples that agree, or name the axes differently.");
    }

    [Fact]
    public void Every_input_of_forward_has_an_example()
    {
        using nn.Module module = nn.Linear(3, 2);
        Action export = () => OnnxExporter.Export(module, [new ExampleInput("a", zeros(2, 3)), new ExampleInput("b", zeros(2, 3))]);
        export.Should().Throw<InvalidInputException>().WithMessage("Linear has no forward that takes 2 tensors; it has forward(Tensor *). Give an example for each of its inputs.");
    }

    [Fact]
    public void An_example_that_the_model_does_not_take_is_an_error_with_the_models_own_words()
    {
        using nn.Module module = nn.Linear(4, 2);
        Action export = () => OnnxExporter.Export(module, zeros(5, 3));
        export.Should().Throw<InvalidInputException>().WithMessage("forward fails on an input like the example (N = 5; shapes [5, 3]): mat1 and mat2 shapes cannot be multiplied (5x3 and 4x2)");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_forward_that_fails_now_and_then_is_an_error_with_its_own_words(int call)
    {
        int calls = 0;
        using nn.Module module = new Function1(x => calls++ == call ? throw new ArithmeticException("singular") : x * 2);
        Action export = () => OnnxExporter.Export(module, [new ExampleInput("x", zeros(2, 3), new Dictionary<int, string>())], options => options with { Evaluator = new OnnxInit.Inference.OnnxRuntimeEvaluator() });
        if (call > 4)
        {
            export.Should().NotThrow(); // it is called four times
        }
        else
        {
            export.Should().Throw<InvalidInputException>().WithMessage("forward fails on an input like the example (shapes [2, 3]): singular");
        }
    }

    [Fact]
    public void An_axis_that_the_model_takes_at_one_size_only_cannot_be_dynamic()
    {
        using nn.Module module = new RefusedForwards.FixedBatch();
        Action export = () => OnnxExporter.Export(module, zeros(4, 3));
        export.Should().Throw<InvalidInputException>().WithMessage("The axis 'N' is to be dynamic, but forward runs at N = 4 only: *Make the axis static, or the model independent of its size.");
    }

    [Fact]
    public void Every_operation_without_a_lowering_is_named_at_once()
    {
        using nn.Module module = nn.Sequential(("solve", new Function1(x => linalg.inv(x))), ("relu", nn.ReLU()), ("pool", new Function1(x => linalg.det(x))));
        Action export = () => OnnxExporter.Export(module, eye(3).expand(2, 3, 3) * 2, options => options with { Lowerings = new LoweringRegistry(), Verify = false });
        export.Should().Throw<UnsupportedOperationException>().WithMessage(
            "Cannot export to opset 17: solve (linalg_inv), ExampleRefusalTests.cs:* has no lowering, since ONNX has no inverses and decompositions of matrices; relu (ReLU)* has no lowering; pool (linalg_det), ExampleRefusalTests.cs:* has no lowering. "
            + "Replace them, or register a lowering with ExportOptions.Lowerings.");
    }

    [Fact]
    public void A_module_walk_does_not_look_into_code()
    {
        using nn.Module module = nn.Sequential(("own", new RefusedForwards.FixedBatch()));
        Action export = () => OnnxExporter.Export(module, zeros(4, 3), options => options with { Capture = CaptureMethod.ModuleWalk });
        export.Should().Throw<InvalidInputException>().WithMessage(
            "FixedBatch has code of its own in forward, which CaptureMethod.ModuleWalk does not look into. Export with CaptureMethod.Code, make the model of Sequential only, or register a lowering for FixedBatch.");
    }

    [Fact]
    public void A_name_has_one_lowering()
    {
        Action register = () => LoweringRegistry.Default.Clone().Add<TorchSharp.Modules.ReLU>(Twice);
        register.Should().Throw<ArgumentException>().WithMessage("ReLU has two lowerings: *.* and ExampleRefusalTests.Twice. Remove one first.");
    }

    [Fact]
    public void A_lowering_that_was_removed_makes_room_for_another()
    {
        using nn.Module module = nn.ReLU();
        LoweringRegistry lowerings = LoweringRegistry.Default.Clone().Remove<TorchSharp.Modules.ReLU>().Add<TorchSharp.Modules.ReLU>(Twice);
        OnnxExporter.Export(module, zeros(2, 3), options => options with { Lowerings = lowerings }).Graph.Nodes.Should().ContainSingle(node => node.OpType == "Add");
    }

    [Fact]
    public void The_shared_lowerings_are_not_added_to()
    {
        Action register = () => LoweringRegistry.Default.Add("my_function", Twice);
        register.Should().Throw<InvalidOperationException>().WithMessage("The default lowerings are shared by every export. Add to LoweringRegistry.Default.Clone().");
    }

    private static OnnxInit.Export.Graph.GraphValue Twice(Operation operation, OnnxInit.Export.Graph.GraphBuilder graph) => graph.Add("Add", [operation.Input, operation.Input]);

    private static Action Exporting(IReadOnlyList<ExampleInput> examples, Func<ExportOptions, ExportOptions>? configure = null) => () =>
    {
        using nn.Module module = nn.ReLU();
        OnnxExporter.Export(module, examples, configure);
    };

    private sealed class Function1(Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(nameof(Function1))
    {
        public override Tensor forward(Tensor input) => function(input);
    }
}
