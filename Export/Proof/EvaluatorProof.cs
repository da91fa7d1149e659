using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Capture;
using static TorchSharp.torch;

namespace OnnxInit.Export.Proof;

/// <summary>Proves an exported model: a runtime, given new data at batch 1, at traced and at untraced sizes, computes what forward does. Otherwise finds the first operation that departs.</summary>
internal sealed class EvaluatorProof
{
    private readonly ExportedModel _model;
    private readonly CapturedGraph _captured;
    private readonly Capturer _capturer;
    private readonly IReadOnlyList<(CapturedOperation Operation, IReadOnlyList<string> Values)> _origins;
    private readonly ExportOptions _options;

    private EvaluatorProof(
        ExportedModel model, CapturedGraph captured, Capturer capturer, IReadOnlyList<(CapturedOperation Operation, IReadOnlyList<string> Values)> origins, ExportOptions options)
    {
        _model = model;
        _captured = captured;
        _capturer = capturer;
        _origins = origins;
        _options = options;
    }

    /// <summary>Compares.</summary>
    /// <param name="model">The exported model.</param>
    /// <param name="captured">What it was made of.</param>
    /// <param name="capturer">What captured it.</param>
    /// <param name="origins">For every captured operation, the values that it became.</param>
    /// <param name="options">The evaluator, and whether the model normalises its input.</param>
    /// <exception cref="ExportMismatchException">They differ; names the first operation whose value does.</exception>
    public static void Verify(
        ExportedModel model, CapturedGraph captured, Capturer capturer, IReadOnlyList<(CapturedOperation Operation, IReadOnlyList<string> Values)> origins, ExportOptions options) =>
        new EvaluatorProof(model, captured, capturer, origins, options).Verify();

    private void Verify()
    {
        Sample[] samples = [.. _capturer.Samples().Select(sample => Given(sample.Sizes, sample.Inputs, sample.Result))];
        IReadOnlyList<IReadOnlyList<OnnxTensor>> runs = Evaluate(_model, [.. samples.Select(sample => sample.Given)]);
        for (int run = 0; run < samples.Length; run++)
        {
            for (int output = 0; output < samples[run].Expected.Length; output++)
            {
                if (Difference.Of(TensorConversion.FromOnnx(runs[run][output]), samples[run].Expected[output]) is { } difference)
                {
                    throw new ExportMismatchException(
                        $"The exported model does not compute what the model does: output '{_model.Graph.Outputs[output].Name}' differs{At(samples[run])}, {difference}. {FirstDeparture(samples[run])}");
                }
            }
        }
    }

    private static string At(Sample sample) => sample.Sizes.Count == 0 ? string.Empty : $" at {string.Join(", ", sample.Sizes.Select(size => $"{size.Key} = {size.Value}"))}";

    // Runs the model once more with every operation's value as an output, beside a replay.
    private string FirstDeparture(Sample sample)
    {
        OperationValues values = new(_captured, _model.Graph, _origins);
        IReadOnlyList<OnnxTensor> run = Evaluate(ExportedModel.Create(_model.Graph with { Outputs = values.All }, _options, _model.Report), [sample.Given])[0];
        Dictionary<string, OnnxTensor> found = values.All.Zip(run).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        string? first = null;
        string before = "the model's input";
        _ = values.Replay(sample.Inputs, sample.Sizes, (node, value, expected) =>
        {
            if (first is null && Difference.Of(TensorConversion.FromOnnx(found[value.Name]), expected) is { } difference)
            {
                first = $"The first operation whose value differs is {node.Origin} ('{value.Name}'), {difference}; the last that agrees is {before}.";
            }

            before = node.Origin.ToString();
        });
        return first ?? "Every operation alone agrees, so that the difference builds up by rounding.";
    }

    private IReadOnlyList<IReadOnlyList<OnnxTensor>> Evaluate(ExportedModel model, IReadOnlyList<IReadOnlyList<OnnxTensor>> inputs)
    {
        string folder = Directory.CreateTempSubdirectory("onnxinit-").FullName;
        try
        {
            string path = Path.Combine(folder, "model.onnx");
            model.Save(path);
            return _options.Evaluator!.Evaluate(path, inputs);
        }
        catch (InvalidInputException exception)
        {
            throw new ExportMismatchException($"The exported model does not run: {exception.Message.Replace(folder + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal)}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What the exported model is given: the inputs of forward, or the pixels that it normalises to them.
    private Sample Given(IReadOnlyDictionary<string, long> sizes, Tensor[] inputs, object? result)
    {
        Tensor[] expected = [.. Snapshot.Tensors(result)];
        Tensor[] given = inputs;
        if (_options.EmbedNormalization is { } normalization)
        {
            Tensor pixels = (inputs[0].to(ScalarType.Float32).abs() * 97).remainder(256).to(ScalarType.Byte);
            Tensor normalized = TensorConversion.Normalize(pixels, normalization).Normalized;
            inputs = [normalized.to(inputs[0].device), .. inputs.Skip(1)];
            given = [pixels, .. inputs.Skip(1)];
            expected = [.. Snapshot.Tensors(_capturer.Forward(inputs))];
        }

        return new(sizes, inputs, [.. given.Select((input, i) => TensorConversion.ToOnnx(_model.Graph.Inputs[i].Name, input))], expected);
    }

    private sealed record Sample(IReadOnlyDictionary<string, long> Sizes, Tensor[] Inputs, IReadOnlyList<OnnxTensor> Given, Tensor[] Expected);
}
