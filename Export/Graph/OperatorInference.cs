using System.Numerics;
using OnnxInit.Export.Graph.Operators;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph;

/// <summary>Types and shapes of what ONNX's operators compute, after checking that they are used as ONNX defines them.</summary>
internal static class OperatorInference
{
    /// <summary>What a node computes.</summary>
    /// <param name="opType">The operator's name in ONNX.</param>
    /// <param name="opset">The operator set.</param>
    /// <param name="inputs">Its inputs; null where an optional one is left out.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="outputs">How many results are asked for.</param>
    /// <exception cref="NotSupportedException">The operator is none that we know, or the number of axes of a result is known at run time only.</exception>
    /// <exception cref="InvalidOperationException">The inputs or attributes are none that the operator takes.</exception>
    public static IReadOnlyList<ValueInfo> Infer(
        string opType, int opset, IReadOnlyList<GraphValue?> inputs, IReadOnlyDictionary<string, object> attributes, int outputs)
    {
        ValueInfo?[] results = TryInfer(opType, opset, inputs, attributes, outputs);
        if (Array.IndexOf(results, null) >= 0)
        {
            throw new NotSupportedException($"The number of axes of what {opType} gives is known at run time only: say the type and shape of the result.");
        }

        return results!;
    }

    /// <summary>As <see cref="Infer"/>; null for a result of which the number of axes is known at run time only.</summary>
    internal static ValueInfo?[] TryInfer(
        string opType, int opset, IReadOnlyList<GraphValue?> inputs, IReadOnlyDictionary<string, object> attributes, int outputs)
    {
        OperatorSchema schema = OperatorTable.Find(opType, opset);
        OperatorCall call = new(schema, opset, inputs, attributes, outputs);
        DataType[] types = ResultTypes(schema, call);
        ValueInfo?[] results = new ValueInfo?[outputs];
        for (int i = 0; i < outputs; i++)
        {
            if (schema.Shape(call, i) is { } shape)
            {
                results[i] = new(types[i], shape, i == 0 ? Contents(schema, call, types[0], shape) : null);
            }
        }

        return results;
    }

    // Checks the call against the operator's schema on the way.
    private static DataType[] ResultTypes(OperatorSchema schema, OperatorCall call)
    {
        SchemaCheck.Attributes(schema, call);
        Span<DataType> bound = stackalloc DataType[schema.TypeVariables.Count];
        SchemaCheck.Inputs(schema, call, bound);
        if (call.Outputs < schema.MinOutputs || call.Outputs > schema.MaxOutputs)
        {
            throw call.Error($"has {SchemaCheck.Range(schema.MinOutputs, schema.MaxOutputs)} outputs, and {call.Outputs} are wanted");
        }

        DataType[] types = new DataType[call.Outputs];
        for (int i = 0; i < types.Length; i++)
        {
            int variable = schema.Outputs[Math.Min(i, schema.Outputs.Length - 1)].TypeVariable;
            (string name, ElementTypeSet allowed) = schema.TypeVariables[variable];
            types[i] = bound[variable] != DataType.Undefined ? bound[variable] : schema.ResultType is { } rule ? rule(call) : Only(allowed);
            if (!allowed.Holds(types[i]))
            {
                throw call.Error($"gives {name} as {allowed.Names()}, and {types[i].Name()} is wanted");
            }
        }

        return types;
    }

    private static DataType Only(ElementTypeSet set) => (DataType)BitOperations.Log2((uint)set);

    private static IReadOnlyList<Dimension>? Contents(OperatorSchema schema, OperatorCall call, DataType type, IReadOnlyList<Dimension> shape) =>
        schema.Contents is { } rule && type == DataType.Int64 && shape.Count <= 1 && rule(call) is { Count: <= 64 } contents ? contents : null;
}
