using System.Diagnostics;
using OnnxInit.Contracts;
using OnnxInit.Export.Capture;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Lowerings;
using OnnxInit.Export.Passes;
using OnnxInit.Export.Proof;
using static TorchSharp.torch;

namespace OnnxInit.Export;

/// <summary>Turns TorchSharp modules into ONNX models.</summary>
public static class OnnxExporter
{
    private const int ManyOperations = 10_000;

    /// <summary>
    /// Exports a module of one input as it computes in eval mode, whatever C# is in its forward: the code is run and its calls are recorded, the
    /// operations lowered to ONNX, and the result compared with the module. The module's mode, gradients and the random state are as before
    /// afterwards, also after a failure.
    /// </summary>
    /// <param name="model">Any module.</param>
    /// <param name="example">An input; its first axis becomes the symbolic <c>N</c>. In the graph it is called <c>input</c>.</param>
    /// <param name="configure">Changes the options.</param>
    /// <exception cref="CaptureRefusedException">The code does something that no graph can express.</exception>
    /// <exception cref="UnsupportedOperationException">Operations have no lowering; names every one.</exception>
    /// <exception cref="ExportMismatchException">What was captured or exported does not compute what the module does.</exception>
    /// <exception cref="InvalidInputException">The options, names or examples make no sense, or forward fails on the example.</exception>
    /// <exception cref="PlatformNotSupportedException">The process cannot generate code.</exception>
    /// <example><code>
    /// ExportedModel exported = OnnxExporter.Export(model, torch.zeros(1, 3, 32, 32), options => options with { FoldBatchNorm = true });
    /// exported.Save("model.onnx");
    /// </code></example>
    public static ExportedModel Export(nn.Module model, Tensor example, Func<ExportOptions, ExportOptions>? configure = null) =>
        Export(model, [new ExampleInput("input", example)], configure);

    /// <summary>Exports a module of several inputs.</summary>
    /// <param name="model">Any module.</param>
    /// <param name="examples">Its inputs, in the order of forward's parameters; parameters after them take their defaults.</param>
    /// <param name="configure">Changes the options.</param>
    /// <inheritdoc cref="Export(nn.Module, Tensor, Func{ExportOptions, ExportOptions}?)"/>
    public static ExportedModel Export(nn.Module model, IReadOnlyList<ExampleInput> examples, Func<ExportOptions, ExportOptions>? configure = null)
    {
        ExportOptions options = configure is null ? new() : configure(new());
        options.Validate(examples);
        ExampleData data = new(examples);
        ForwardMethod forward = ForwardMethod.Of(model, examples.Count);
        ModelNames names = new(model);
        Dictionary<string, long> sampleSizes = options.KeepIntermediates.Count == 0 ? [] : data.SizesOf(options.KeepIntermediates, options.EmbedNormalization is not null);

        using ModelState state = new(names);
        Capturer capturer = new(model, names, data, forward, options.Capture, options.Lowerings.Modules.ToHashSet(), state.Scope);
        (OnnxGraph lowered, ExportReport report, Action<ExportedModel>? prove, Func<OnnxGraph, OperationValues>? pair) = CaptureAndLower(capturer, [.. examples.Select(example => example.Name)], options);

        long start = Stopwatch.GetTimestamp();
        CollectIfLarge(lowered.Nodes.Count);
        OnnxGraph graph = Clean(lowered, options);
        report = report with { Constants = graph.Constants.Count, Warnings = capturer.Warnings, Passes = Stopwatch.GetElapsedTime(start) };

        ExportedModel exported = ExportedModel.Create(graph, options, report);
        if (prove is not null)
        {
            start = Stopwatch.GetTimestamp();
            prove(exported);
            report.Evaluation = Stopwatch.GetElapsedTime(start);
        }

        if (pair is not null)
        {
            exported.Intermediates = IntermediatesOfSample.Of(graph, pair(graph), sampleSizes, examples[0].Tensor.device, options);
        }

        return exported;
    }

    // What was captured is large for deep models, and is let go of here, unless the exported model is to be compared with it.
    private static (OnnxGraph Graph, ExportReport Report, Action<ExportedModel>? Prove, Func<OnnxGraph, OperationValues>? Pair) CaptureAndLower(Capturer capturer, string[] inputNames, ExportOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        CapturedGraph captured = capturer.Capture();
        CollectIfLarge(captured.Operations.Count);
        TimeSpan capture = Stopwatch.GetElapsedTime(start);

        start = Stopwatch.GetTimestamp();
        if (options.Verify)
        {
            ReplayProof.Verify(captured, capturer);
        }

        TimeSpan replay = options.Verify ? Stopwatch.GetElapsedTime(start) : TimeSpan.Zero;

        start = Stopwatch.GetTimestamp();
        OnnxGraph lowered = GraphLowering.Lower(captured, inputNames, options, out IReadOnlyList<string> names, out var origins);
        ExportReport report = new(names)
        {
            Folded = captured.Folded,
            Capture = capture,
            Replay = replay,
            Lowering = Stopwatch.GetElapsedTime(start),
        };
        return (
            lowered,
            report,
            options.Evaluator is null ? null : exported => EvaluatorProof.Verify(exported, captured, capturer, origins, options),
            options.KeepIntermediates.Count == 0 ? null : graph => new(captured, graph, origins));
    }

    // The traces of a deep model, and what lowering them took, are as large as a small model's weights, and garbage in old generations; the collector, which
    // does not know of the memory of tensors, sees no need to hurry.
    private static void CollectIfLarge(int operations)
    {
        if (operations >= ManyOperations)
        {
            GC.Collect();
        }
    }

    private static OnnxGraph Clean(OnnxGraph graph, ExportOptions options)
    {
        graph = options.FoldBatchNorm ? FoldBatchNorm.Apply(graph) : graph;
        graph = options.EmbedNormalization is { } normalization ? EmbedNormalization.Apply(graph, normalization) : graph;
        foreach ((_, Func<OnnxGraph, OnnxGraph> apply) in GraphPasses.Of(options))
        {
            graph = apply(graph);
            CollectIfLarge(graph.Nodes.Count);
        }

        GraphCheck.Verify(graph, mayHaveUnused: options.SkippedPasses.Count > 0);
        return graph;
    }
}
