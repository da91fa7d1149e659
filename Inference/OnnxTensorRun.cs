using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference;

/// <summary>One run of an open model, with inputs and outputs of any element type.</summary>
internal static class OnnxTensorRun
{
    /// <summary>Runs.</summary>
    /// <param name="path">The model's file, for messages.</param>
    /// <param name="provider">What computes, for messages.</param>
    /// <param name="session">The model.</param>
    /// <param name="inputs">All that it takes, in any order.</param>
    /// <param name="outputs">The names of the values to give.</param>
    /// <exception cref="InvalidInputException">The inputs are others than it takes, an output is no tensor, or ONNX Runtime fails.</exception>
    internal static OnnxTensor[] Run(string path, ExecutionProvider provider, InferenceSession session, IReadOnlyList<OnnxTensor> inputs, IReadOnlyCollection<string> outputs)
    {
        if (!session.InputNames.ToHashSet().SetEquals(inputs.Select(input => input.Name)) || inputs.Count != session.InputNames.Count)
        {
            throw new InvalidInputException($"The model '{path}' takes {Names(session.InputNames)}, and is given {Names(inputs.Select(input => input.Name))}.");
        }

        List<OrtValue> values = new(inputs.Count);
        try
        {
            values.AddRange(inputs.Select(ToOrt));
            using RunOptions runOptions = new();
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(runOptions, [.. inputs.Select(input => input.Name)], values, outputs);
            return [.. results.Zip(outputs, (output, name) => FromOrt(path, name, output))];
        }
        catch (OnnxRuntimeException exception)
        {
            string given = string.Join(", ", inputs.Select(input => $"{input.Name} [{string.Join(", ", input.Shape)}]"));
            throw new InvalidInputException($"The model '{path}' fails on {given} on '{provider}': {OnnxRuntimeMessage.Shorten(exception.Message)}. Export it again, or use another execution provider.", exception);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    // ONNX Runtime counts element types as TensorProto.DataType does.
    private static OrtValue ToOrt(OnnxTensor tensor)
    {
        OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)(int)tensor.Type, [.. tensor.Shape]);
        Span<byte> memory = tensor.Shape.Contains(0) ? [] : value.GetTensorMutableRawData();
        if (memory.Length != tensor.Data.Length)
        {
            value.Dispose();
            throw new InvalidInputException($"The input '{tensor.Name}', {tensor.Type} [{string.Join(", ", tensor.Shape)}], has {memory.Length} bytes, and {tensor.Data.Length} are given.");
        }

        tensor.Data.Span.CopyTo(memory);
        return value;
    }

    private static OnnxTensor FromOrt(string path, string name, OrtValue value)
    {
        if (!value.IsTensor)
        {
            throw new InvalidInputException($"The output '{name}' of the model '{path}' is a {value.OnnxType}; expected a tensor.");
        }

        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        byte[] data = info.ElementCount == 0 ? [] : value.GetTensorMutableRawData().ToArray();
        return new(name, (TensorProto.Types.DataType)(int)info.ElementDataType, info.Shape, data);
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'")) is { Length: > 0 } text ? text : "nothing";
}
