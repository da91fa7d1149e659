using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Lowerings;
using OnnxInit.Export.Passes;
using static TorchSharp.torch;

namespace OnnxInit.Export;

/// <summary>How a model is exported. Change the defaults by <c>with</c>.</summary>
public sealed record ExportOptions
{
    /// <summary>The operator set, 13 to 21; the file's IR version follows. Default 17.</summary>
    public int Opset { get; init; } = OnnxVersions.DefaultOpset;

    /// <summary>What the graph's outputs are called, identifiers, in the order in which forward returns its tensors. Default <c>output</c>, or <c>output_0</c>, <c>output_1</c>... where there are several.</summary>
    public IReadOnlyList<string> OutputNames { get; init; } = [];

    /// <summary>The graph's name; made an identifier. Default <c>model</c>.</summary>
    public string GraphName { get; init; } = "model";

    /// <summary>How the operations are found. Default <see cref="CaptureMethod.Code"/>: the code of forward is run and recorded.</summary>
    public CaptureMethod Capture { get; init; }

    /// <summary>Whether nodes that lowerings add and that depend on no input are computed now. Default true; false keeps them. What forward itself computes of no input is a constant all the same.</summary>
    public bool FoldConstants { get; init; } = true;

    /// <summary>Whether BatchNorm is folded into the Linear or Conv before it. Default false: it stays a node.</summary>
    public bool FoldBatchNorm { get; init; }

    /// <summary>Makes the graph's first input uint8 pixels, which it normalises itself. Default null: it takes what forward takes.</summary>
    public Normalization? EmbedNormalization { get; init; }

    /// <summary>Texts for the file's <c>metadata_props</c>, written in the order of their keys. Default none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Which operations can be exported, and how. Default <see cref="LoweringRegistry.Default"/>; <see cref="LoweringRegistry.Clone"/> it to add your own.</summary>
    public LoweringRegistry Lowerings { get; init; } = LoweringRegistry.Default;

    /// <summary>Names of graph passes that are not run, of <see cref="GraphPasses.All"/>. Default none.</summary>
    public IReadOnlyCollection<string> SkippedPasses { get; init; } = [];

    /// <summary>Whether weights of 1 KB and more go into a file beside the model, named as the model with <c>.data</c> after it. Default null: when they are above 1.5 GB together.</summary>
    public bool? ExternalData { get; init; }

    /// <summary>Whether the captured graph is computed again by TorchSharp, on new data at sizes that were not traced, and compared. Default true.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>What runs the exported model to compare it with TorchSharp as well, such as <c>OnnxRuntimeEvaluator</c> of OnnxInit.Inference. Default null: it is not run.</summary>
    public IOnnxEvaluator? Evaluator { get; init; }

    /// <summary>
    /// A sample batch, one tensor per input, of any sizes of the dynamic axes: TorchSharp computes it, and its values of all operations are kept
    /// in <see cref="ExportedModel.Intermediates"/> and written beside the model, so that a program without TorchSharp can find the first node that computes
    /// something else. With <see cref="EmbedNormalization"/> the first is pixels, uint8. Default none: nothing is kept.
    /// </summary>
    /// <remarks>Values are kept where they mean the same in both: what a pass takes out of the graph (the Linear before a folded BatchNorm) has none.</remarks>
    public IReadOnlyList<Tensor> KeepIntermediates { get; init; } = [];

    /// <summary>What <see cref="KeepIntermediates"/> are, for people: <c>8 test images of cifar10</c>. Default empty.</summary>
    public string SampleDescription { get; init; } = string.Empty;

    /// <summary>Whether the captured operations are needed after they were lowered.</summary>
    internal bool ComparesOperations => Evaluator is not null || KeepIntermediates.Count > 0;

    /// <summary>Throws when a value makes no sense.</summary>
    /// <exception cref="InvalidInputException">The opset is not written, a name is no identifier (names every one), two have the same, or a skipped pass is none.</exception>
    internal void Validate(IReadOnlyList<ExampleInput> inputs)
    {
        _ = OnnxVersions.IrVersion(Opset);
        _ = GraphPasses.Of(this);
        (string What, string Name)[] names =
        [
            .. inputs.Select(input => ("an input", input.Name)),
            .. OutputNames.Select(name => ("an output", name)),
        ];
        string[] misnamed =
        [
            .. from name in names.Concat(inputs.SelectMany(input => input.DynamicAxes?.Values ?? []).Distinct().Select(symbol => ("a dynamic axis", symbol)))
               where !GraphNames.IsIdentifier(name.Item2)
               select $"{name.Item1} is called '{name.Item2}'",
        ];
        if (misnamed.Length > 0)
        {
            throw new InvalidInputException($"The names in the graph are impossible: {string.Join(", ", misnamed)}; expected letters, digits and _, not starting with a digit.");
        }

        if (names.GroupBy(name => name.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidInputException($"The names in the graph are impossible: {string.Join(" and ", twice.Select(name => name.What))} are called '{twice.Key}'.");
        }
    }
}
