using System.Collections;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Lowerings;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>Computes a captured graph in TorchSharp: the operations alone, without the code that they came from, each value made once as ONNX will have it.</summary>
internal sealed class Replay
{
    private readonly CapturedGraph _graph;
    private readonly Tensor?[] _values;
    private readonly Dictionary<string, long> _sizes;
    private readonly int[] _lastUse;

    private Replay(CapturedGraph graph, IReadOnlyDictionary<string, long> sizes)
    {
        _graph = graph;
        _values = new Tensor?[graph.ValueCount];
        _sizes = new(sizes);
        _lastUse = new int[graph.ValueCount];
        Array.Fill(_lastUse, -1);
    }

    /// <summary>Computes a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="sizes">The size of every dynamic axis.</param>
    /// <param name="each">Told of every operation and its results, while they live; null to tell nobody.</param>
    /// <returns>The outputs.</returns>
    /// <exception cref="ExportMismatchException">A result has another shape than the traces say.</exception>
    public static Tensor[] Run(CapturedGraph graph, Tensor[] inputs, IReadOnlyDictionary<string, long> sizes, Action<CapturedOperation, Tensor[]>? each = null) =>
        new Replay(graph, sizes).Run(inputs, each);

    private Tensor[] Run(Tensor[] inputs, Action<CapturedOperation, Tensor[]>? each)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            _values[_graph.Inputs[i].Id] = inputs[i];
        }

        FindLastUses();
        for (int step = 0; step < _graph.Operations.Count; step++)
        {
            CapturedOperation operation = _graph.Operations[step];
            Tensor[] results = Compute(operation);
            for (int i = 0; i < results.Length; i++)
            {
                CheckShape(operation, i, results[i]);
                _values[operation.Results[i].Id] = results[i];
            }

            each?.Invoke(operation, results);
            foreach (int value in operation.Arguments.SelectMany(References).Concat(operation.Results.Select(result => result.Id)))
            {
                if (_lastUse[value] <= step && _values[value] is { } done && !inputs.Contains(done, ReferenceEqualityComparer.Instance))
                {
                    done.Dispose();
                    _values[value] = null;
                }
            }
        }

        return [.. _graph.Outputs.Select(output => output is ValueReference value ? _values[value.Id]! : ((ConstantReference)output).Tensor)];
    }

    private void FindLastUses()
    {
        for (int step = 0; step < _graph.Operations.Count; step++)
        {
            foreach (int value in _graph.Operations[step].Arguments.SelectMany(References))
            {
                _lastUse[value] = step;
            }
        }

        foreach (ValueReference output in _graph.Outputs.OfType<ValueReference>())
        {
            _lastUse[output.Id] = int.MaxValue;
        }
    }

    private static IEnumerable<int> References(object? argument) => argument switch
    {
        ValueReference value => [value.Id],
        CapturedIndex { Tensor: { } tensor } => References(tensor),
        CapturedList list => list.Items.SelectMany(References),
        _ => [],
    };

    private Tensor[] Compute(CapturedOperation operation)
    {
        RecordedCall call = operation.Call;
        Type[] types = ParameterTypes(call);
        object?[] arguments = new object?[operation.Arguments.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Argument(operation.Arguments[i], types[i]);
        }

        if (call.Target >= 0)
        {
            // The old value stays as it is; the new one is another tensor.
            arguments[call.Target] = ((Tensor)arguments[call.Target]!).clone();
        }

        object? result = CallInvoker.Invoke(call.Method, arguments);
        GC.KeepAlive(arguments); // Scalars among them are read by native code
        Tensor[] tensors = [.. Snapshot.Tensors(result)];
        return call.Target >= 0 && (tensors.Length == 0 || call.Method.Name == "set_TensorItems") ? [(Tensor)arguments[call.Target]!] : tensors;
    }

    private void CheckShape(CapturedOperation operation, int result, Tensor tensor)
    {
        IReadOnlyList<Dimension> shape = operation.Shapes[result].Shape;
        long[] found = tensor.shape;
        bool fits = found.Length == shape.Count;
        for (int axis = 0; fits && axis < found.Length; axis++)
        {
            Dimension size = shape[axis];
            if (size.Symbol is { } own && _sizes.TryAdd(own, found[axis]))
            {
                continue;
            }

            fits = size.IsUnknown || size.Evaluate(_sizes) == found[axis];
        }

        if (!fits)
        {
            throw new ExportMismatchException(
                $"The captured operation {operation.Call.OperationName} in '{operation.Call.ModulePath}' gives [{string.Join(", ", found)}] at {string.Join(", ", _sizes.Select(size => $"{size.Key} = {size.Value}"))}; the traces said [{string.Join(", ", shape)}]. "
                + "Its size follows no rule that the traced sizes show. Make the axis static.");
        }
    }

    private static Type[] ParameterTypes(RecordedCall call)
    {
        List<Type> types = [.. call.Method.GetParameters().Select(parameter => parameter.ParameterType)];
        if (!call.Method.IsStatic && !call.Method.IsConstructor)
        {
            types.Insert(0, call.Method.DeclaringType!);
        }

        return [.. types];
    }

    private object? Argument(object? argument, Type type)
    {
        Type wanted = Nullable.GetUnderlyingType(type) ?? type;
        return argument switch
        {
            ValueReference value => _values[value.Id],
            ConstantReference constant => constant.Tensor,
            Dimension size => Number(size.Evaluate(_sizes), wanted),
            double number => wanted == typeof(float) ? (float)number : wanted == typeof(Half) ? (Half)number : number,
            ScalarArgument { Number: Dimension size } => size.Evaluate(_sizes).ToScalar(),
            ScalarArgument { Number: double number } => number.ToScalar(),
            ScalarArgument { Number: bool flag } => flag.ToScalar(),
            CapturedIndex index => Index(index),
            CapturedList list => List(list),
            _ => argument,
        };
    }

    private static object Number(long number, Type type) => type.IsPrimitive ? Convert.ChangeType(number, type, null) : number;

    private TensorIndex Index(CapturedIndex index) => index.Kind switch
    {
        IndexKind.None => TensorIndex.None,
        IndexKind.Null => TensorIndex.Null,
        IndexKind.Ellipsis => TensorIndex.Ellipsis,
        IndexKind.Bool => TensorIndex.Bool(index.Start!.Value.Evaluate(_sizes) != 0),
        IndexKind.Single => TensorIndex.Single(index.Start!.Value.Evaluate(_sizes)),
        IndexKind.Slice => TensorIndex.Slice(index.Start?.Evaluate(_sizes), index.Stop?.Evaluate(_sizes), index.Step?.Evaluate(_sizes)),
        _ => TensorIndex.Tensor((Tensor)Argument(index.Tensor, typeof(Tensor))!),
    };

    private object List(CapturedList list)
    {
        if (list.Type.IsArray)
        {
            Type element = list.Type.GetElementType()!;
            Array array = Array.CreateInstance(element, list.Items.Length);
            for (int i = 0; i < list.Items.Length; i++)
            {
                array.SetValue(Argument(list.Items[i], element), i);
            }

            return array;
        }

        if (typeof(IList).IsAssignableFrom(list.Type) && list.Type.GetConstructor(Type.EmptyTypes) is not null)
        {
            IList copy = (IList)Activator.CreateInstance(list.Type)!;
            Type element = list.Type.IsGenericType ? list.Type.GetGenericArguments()[0] : typeof(object);
            foreach (object? item in list.Items)
            {
                copy.Add(Argument(item, element));
            }

            return copy;
        }

        if (typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(list.Type))
        {
            Type[] elements = list.Type.GetGenericArguments();
            return Activator.CreateInstance(list.Type, [.. list.Items.Select((item, i) => Argument(item, elements[Math.Min(i, elements.Length - 1)]))])!;
        }

        // A sequence that is none of these, such as a collection expression's: an array serves as well.
        Type items = list.Type.GetInterfaces().Append(list.Type).First(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>)).GetGenericArguments()[0];
        return List(list with { Type = items.MakeArrayType() });
    }
}
