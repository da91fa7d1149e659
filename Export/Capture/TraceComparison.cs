using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OnnxInit.Export.Capture.Instrumentation;
using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>
/// Makes one graph of several traces. The calls must match one by one; what differs between them must be explained by the sizes of the dynamic
/// axes; what an argument tensor is, is decided by where it came from. Everything else is refused.
/// </summary>
internal sealed class TraceComparison
{
    // What is longer is a table of numbers and no shape: it has to be the same in every run.
    private const int LongestShape = 64;

    private readonly ModelNames _names;
    private readonly IReadOnlyList<Trace> _traces;
    private readonly SizeFit _fit;

    // What a tensor is, in each trace: a value (its number) or a constant of the trace.
    private readonly Dictionary<Tensor, object>[] _known;
    private readonly Dictionary<int, string> _stale = [];
    private readonly Dictionary<nint, List<int>> _storages = [];
    private readonly Dictionary<nint, List<Tensor>> _constantStorages = [];
    private readonly Dictionary<Tensor, string> _staleConstants = new(ReferenceEqualityComparer.Instance);
    private readonly List<CapturedOperation> _operations = [];
    private int _values;
    private int _folded;

    private TraceComparison(ModelNames names, IReadOnlyList<Trace> traces, SizeFit fit)
    {
        _names = names;
        _traces = traces;
        _fit = fit;
        _known = [.. traces.Select(_ => new Dictionary<Tensor, object>(ReferenceEqualityComparer.Instance))];
    }

    /// <summary>Compares traces.</summary>
    /// <param name="names">The model's names.</param>
    /// <param name="traces">At least two.</param>
    /// <param name="fit">Explains sizes.</param>
    /// <exception cref="CaptureRefusedException">They cannot be one graph.</exception>
    public static CapturedGraph Compare(ModelNames names, IReadOnlyList<Trace> traces, SizeFit fit) => new TraceComparison(names, traces, fit).Compare();

    private CapturedGraph Compare()
    {
        List<ValueReference> inputs = [];
        List<ValueInfo> shapes = [];
        for (int i = 0; i < _traces[0].Inputs.Length; i++)
        {
            ValueReference input = new(_values++);
            for (int trace = 0; trace < _traces.Count; trace++)
            {
                _known[trace][_traces[trace].Inputs[i]] = input;
            }

            Remember(TensorAddress.OfStorage(_traces[0].Inputs[i]), input.Id);
            inputs.Add(input);
            shapes.Add(new(_traces[0].Inputs[i].dtype.ToOnnx(), Shape([.. _traces.Select(trace => trace.Inputs[i].shape)])));
        }

        int count = _traces.Min(trace => trace.Calls.Count);
        RecordedCall[] calls = new RecordedCall[_traces.Count];
        for (int i = 0; i < count; i++)
        {
            for (int trace = 0; trace < calls.Length; trace++)
            {
                calls[trace] = _traces[trace].Calls[i];
                if (calls[trace].Method != calls[0].Method)
                {
                    throw Diverges(0, calls[0], trace, calls[trace]);
                }
            }

            Add(calls);
        }

        for (int trace = 1; trace < _traces.Count; trace++)
        {
            if (_traces[trace].Calls.Count != _traces[0].Calls.Count)
            {
                throw Diverges(0, _traces[0].Calls.ElementAtOrDefault(count), trace, _traces[trace].Calls.ElementAtOrDefault(count));
            }
        }

        return new(inputs, shapes, _operations, Outputs(), _values, _names, _folded);
    }

    private void Add(RecordedCall[] calls)
    {
        RecordedCall call = calls[0];
        object?[] arguments = new object?[call.Arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Unify(calls, [.. calls.Select(other => other.Arguments[i])]);
        }

        if (calls.Any(other => other.Results.Length != call.Results.Length))
        {
            throw Refusal(call, $"it gives so many tensors: {Differing(calls.Select(other => (object)other.Results.Length))}",
                "Make the number of tensors independent of the input");
        }

        if (call.Constants is not null && calls.All(other => other.Constants is not null) && !arguments.Any(DependsOnInput))
        {
            _folded++;
            MarkStaleConstants(call);
            foreach ((int i, nint storage) in call.Storages.Index().Where(storage => storage.Item != 0))
            {
                (_constantStorages.TryGetValue(storage, out List<Tensor>? there) ? there : _constantStorages[storage] = []).Add(call.Results[i]);
            }

            // The first trace's tensors stand for all of them: made of the same arguments by the same calls.
            ConstantReference[] constants = [.. call.Constants.Select(constant => new ConstantReference(constant, null))];
            for (int trace = 0; trace < calls.Length; trace++)
            {
                for (int i = 0; i < call.Results.Length; i++)
                {
                    ConstantReference constant = constants[i];
                    _known[trace][calls[trace].Results[i]] = constant;
                    Written(calls, trace, constant, i);
                }
            }

            return;
        }

        if (call.Target >= 0 && arguments[call.Target] is ValueReference written)
        {
            MarkStale(call, written);
        }

        MarkStaleConstants(call);
        ValueReference[] results = [.. call.Results.Select(_ => new ValueReference(_values++))];
        ValueInfo[] infos = [.. call.Results.Select((_, i) => new ValueInfo(OnnxType(call, i), Shape([.. calls.Select(other => other.Shapes[i])], call, isFirst: i == 0)))];
        for (int i = 0; i < results.Length; i++)
        {
            for (int trace = 0; trace < calls.Length; trace++)
            {
                _known[trace][calls[trace].Results[i]] = results[i];
                Written(calls, trace, results[i], i);
            }

            Remember(call.Storages[i], results[i].Id);
        }

        _operations.Add(new(call, arguments, results, infos));
    }

    // From now on the tensor that was written to is what was written.
    private void Written(RecordedCall[] calls, int trace, object value, int result)
    {
        if (result == 0 && calls[trace].Target >= 0)
        {
            _known[trace][(Tensor)calls[trace].Arguments[calls[trace].Target]!] = value;
        }
    }

    private static OnnxInit.Contracts.Onnx.TensorProto.Types.DataType OnnxType(RecordedCall call, int result) =>
        call.Types[result] is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64
            ? throw Refusal(call, "it gives complex numbers, on which ONNX has no operations", "Keep real and imaginary parts in tensors of their own")
            : call.Types[result].ToOnnx();

    private void Remember(nint storage, int value)
    {
        if (storage != 0)
        {
            (_storages.TryGetValue(storage, out List<int>? there) ? there : _storages[storage] = []).Add(value);
        }
    }

    private void MarkStale(RecordedCall call, ValueReference written)
    {
        if (_names.OwnsStorage(call.TargetStorage))
        {
            throw Refusal(call, "it writes to a view of a parameter or buffer of the model", "Clone it first");
        }

        foreach (int value in _storages.GetValueOrDefault(call.TargetStorage) ?? [])
        {
            if (value != written.Id)
            {
                _stale[value] = $"{MethodName.Of(call.Method)}{(Source(call) is { } source ? $" ({source})" : string.Empty)}";
            }
        }

        // The old value's memory now holds the new one.
        _stale[written.Id] = MethodName.Of(call.Method);
        _storages.Remove(call.TargetStorage);
    }

    // Constants that share the memory which a call writes to no longer are what they were.
    private void MarkStaleConstants(RecordedCall call)
    {
        if (call.Target >= 0 && _constantStorages.Remove(call.TargetStorage, out List<Tensor>? there))
        {
            Tensor written = (Tensor)call.Arguments[call.Target]!;
            foreach (Tensor constant in there.Where(constant => !ReferenceEquals(constant, written)))
            {
                _staleConstants[constant] = MethodName.Of(call.Method);
            }
        }
    }

    private Dimension[] Shape(long[][] shapes, RecordedCall? call = null, bool isFirst = false)
    {
        PickedAxis? picked = isFirst || call?.Picked?.Decider is not null ? call?.Picked : null; // of unique, where elements go has the size of the input
        object? decider = picked?.Decider is { } tensor ? _known[0].GetValueOrDefault(tensor) : call;
        picked = decider is ValueReference or RecordedCall ? picked : null; // a constant mask picks the same in every run

        long[] first = shapes[0];
        if (shapes.Any(shape => shape.Length != first.Length))
        {
            throw Refusal(call!, $"its result has so many axes: {Differing(shapes.Select(shape => (object)shape.Length))}", "Name the axes, as squeeze(1) in place of squeeze(), or make the axis static");
        }

        Dimension[] sizes = new Dimension[first.Length];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            long[] values = new long[shapes.Length];
            for (int trace = 0; trace < values.Length; trace++)
            {
                values[trace] = shapes[trace][axis];
            }

            sizes[axis] = picked?.Axis == axis ? _fit.Picked(values, decider!, () => Refusal(
                    call!, $"its size depends on the data, and in every run it was one that could as well be fixed: {Differing(values.Cast<object?>())}", "Give an example with which it varies")) : _fit.Axis(values);
        }

        return sizes;
    }

    private static bool DependsOnInput(object? argument) => argument switch
    {
        ValueReference => true,
        Dimension size => !size.IsStatic,
        ScalarArgument scalar => DependsOnInput(scalar.Number),
        CapturedIndex index => DependsOnInput(index.Tensor) || DependsOnInput(index.Start) || DependsOnInput(index.Stop) || DependsOnInput(index.Step),
        CapturedList list => list.Items.Any(DependsOnInput),
        _ => false,
    };

    // What an argument is, given what it was in every trace.
    private object? Unify(RecordedCall[] calls, object?[] variants)
    {
        RecordedCall call = calls[0];
        switch (variants[0])
        {
            case null:
                return variants.All(variant => variant is null) ? null : throw Differs();
            case Tensor:
                return UnifyTensors(call, variants);
            case ScalarSnapshot:
                return new ScalarArgument(Unify(calls, [.. variants.Select(variant => ((ScalarSnapshot)variant!).Number)])!);
            case IndexSnapshot first:
                IndexSnapshot[] indices = variants.All(variant => variant is IndexSnapshot index && index.Kind == first.Kind) ? [.. variants.Cast<IndexSnapshot>()] : throw Differs();
                return new CapturedIndex(
                    first.Kind,
                    (Dimension?)Unify(calls, [.. indices.Select(index => (object?)index.Start)]),
                    (Dimension?)Unify(calls, [.. indices.Select(index => (object?)index.Stop)]),
                    (Dimension?)Unify(calls, [.. indices.Select(index => (object?)index.Step)]),
                    Unify(calls, [.. indices.Select(index => (object?)index.Tensor)]));
            case ListSnapshot first:
                ListSnapshot[] lists = [.. variants.Select(variant => variant as ListSnapshot ?? throw Differs())];
                if (lists.Any(list => list.Items.Length != first.Items.Length))
                {
                    throw Refusal(call, $"it is given a list of so many items: {Differing(lists.Select(list => (object)list.Items.Length))}, as a loop over a dynamic axis makes it",
                        "Compute on whole tensors instead of looping over an axis, or make the axis static");
                }

                return new CapturedList(first.Type, [.. first.Items.Select((_, i) => Unify(calls, [.. lists.Select(list => list.Items[i])]))]);
            case Array { Length: var size } table when table.GetType().GetElementType()!.IsPrimitive && (table.Rank > 1 || size > LongestShape):
                return variants.All(variant => variant is Array other && SameElements(table, other)) ? table : throw Differs();
            case Array { Length: var length } array when array.GetType().GetElementType()!.IsPrimitive:
                if (variants.Any(variant => variant is not Array other || other.Length != length))
                {
                    throw Differs();
                }

                return new CapturedList(array.GetType(), [.. Enumerable.Range(0, length).Select(i => Unify(calls, [.. variants.Select(variant => ((Array)variant!).GetValue(i))]))]);
            case long or int or short or sbyte or byte or nint or uint or ushort:
                return UnifyIntegers(call, variants, Differs);
            case float or double or Half:
                double[] numbers = [.. variants.Select(variant => Convert.ToDouble(variant is Half half ? (double)half : variant, null))];
                return numbers.All(number => number.Equals(numbers[0])) ? numbers[0] : throw Refusal(call,
                    $"it is given a number that C# computed, {Differing(numbers.Cast<object>())}, and that would be frozen",
                    ChangesFromRunToRun([.. numbers.Cast<object>()]) ? "Make forward a function of its inputs and the model's parameters alone" : "Compute it with tensors, or make the axis static");
            case nn.Module module when variants.Any(variant => !ReferenceEquals(variant, module)):
                throw Refusal(call, $"it calls a module ({module.GetType().Name}) that is another one in the next run", "Make modules in the constructor, and call the same ones for every size");
            default:
                return variants.All(variant => ReferenceEquals(variant, variants[0]) || Equals(variant, variants[0])) ? variants[0] : throw Differs();
        }

        CaptureRefusedException Differs() => Refusal(call, $"it is given {Differing(variants)}", "Make the argument independent of the input");
    }

    private static bool SameElements(Array one, Array other) =>
        one.GetType() == other.GetType() && one.Length == other.Length && Enumerable.Range(0, one.Rank).All(axis => one.GetLength(axis) == other.GetLength(axis)) && Bytes(one).SequenceEqual(Bytes(other));

    private static ReadOnlySpan<byte> Bytes(Array array) =>
        MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), Buffer.ByteLength(array));

    private Dimension UnifyIntegers(RecordedCall call, object?[] variants, Func<CaptureRefusedException> differs)
    {
        long[] values = [.. variants.Select(variant => variant is null ? throw differs() : Convert.ToInt64(variant, null))];
        return _fit.Argument(values) ?? throw Refusal(call,
            $"it is given an integer that C# computed, {Differing(values.Cast<object>())}, which is neither a sum of products of the sizes of dynamic axes nor the size of an axis of a tensor",
            ChangesFromRunToRun([.. values.Cast<object>()]) ? "Make forward a function of its inputs and the model's parameters alone" : "Take it from the shape of a tensor that has this size, or make the axis static");
    }

    private object UnifyTensors(RecordedCall call, object?[] variants)
    {
        Tensor first = (Tensor)variants[0]!;
        object? known = _known[0].GetValueOrDefault(first);
        for (int trace = 1; trace < variants.Length; trace++)
        {
            Tensor tensor = variants[trace] as Tensor ?? throw Refusal(call, "an argument is a tensor in one run and none in another", "Make it independent of the input");
            object? other = _known[trace].GetValueOrDefault(tensor);
            if (!Equals(known, other))
            {
                throw known is null || other is null ? Unknown(call, trace, tensor) : Refusal(call, $"an argument comes of another operation, {Between(0, trace)}", "Make the order of operations independent of the input");
            }
        }

        switch (known)
        {
            case ValueReference value:
                return _stale.TryGetValue(value.Id, out string? writer)
                    ? throw Stale(call, writer)
                    : value;
            case ConstantReference constant:
                return _staleConstants.TryGetValue(first, out string? constantWriter) ? throw Stale(call, constantWriter) : constant;
        }

        if (_names.Find(first) is { } named)
        {
            return variants.All(variant => ReferenceEquals(_names.Find((Tensor)variant!)?.Tensor, named.Tensor))
                ? new ConstantReference(named.Tensor, named.Name)
                : throw Refusal(call, $"it uses '{named.Name}' in one run and another parameter, buffer or tensor in the next", "Use the same for every size, with torch.where in place of a choice in C#, or make the axis static");
        }

        return variants.All(variant => ReferenceEquals(variant, first)) ? new ConstantReference(first, null) : throw Unknown(call, 1, (Tensor)variants[1]!);
    }

    private static CaptureRefusedException Stale(RecordedCall call, string writer) => Refusal(call,
        $"it uses a tensor whose memory was changed in place, through another tensor that shares it, by {writer}", "Use the operation that is not in place (without the trailing _), or clone the tensor first");

    private CaptureRefusedException Unknown(RecordedCall call, int trace, Tensor tensor)
    {
        bool isState = _traces.Take(trace).Any(earlier => earlier.Calls.Any(other => other.Results.Any(result => ReferenceEquals(result, tensor))) || earlier.Inputs.Any(input => ReferenceEquals(input, tensor)));
        return isState
            ? Refusal(call, "it uses a tensor that an earlier call of forward has made: state kept between calls", "Take the state as an input of forward and return the new one")
            : Refusal(call, "it uses a tensor that was made by code which was not recorded (another thread, reflection, native code)", "Make it with TorchSharp's operations, in forward, on the calling thread");
    }

    private List<object> Outputs()
    {
        List<object> outputs = [];
        Tensor[][] flat = [.. _traces.Select(trace => Flatten(trace.Result).ToArray())];
        if (flat.Any(other => other.Length != flat[0].Length))
        {
            throw TraceRecorder.Refusal(string.Empty, null, null, $"forward returns {string.Join(" or ", flat.Select(other => other.Length).Distinct())} tensors", "Return as many tensors whatever the sizes of the dynamic axes");
        }

        for (int i = 0; i < flat[0].Length; i++)
        {
            object? known = _known[0].GetValueOrDefault(flat[0][i]);
            bool agrees = flat.Index().All(trace => Equals(_known[trace.Index].GetValueOrDefault(trace.Item[i]), known));
            outputs.Add(known is not null && agrees ? known is ValueReference value && _stale.TryGetValue(value.Id, out string? writer)
                ? throw TraceRecorder.Refusal(string.Empty, null, null, $"output {i} of forward shares memory that {writer} changed in place", "Use the operation that is not in place, or clone the tensor first")
                : known
                : _names.Find(flat[0][i]) is { } named && flat.All(other => ReferenceEquals(_names.Find(other[i])?.Tensor, named.Tensor)) ? new ConstantReference(named.Tensor, named.Name)
                : flat.All(other => ReferenceEquals(other[i], flat[0][i])) ? new ConstantReference(flat[0][i], null)
                : throw TraceRecorder.Refusal(string.Empty, null, null, $"output {i} of forward was made by code which was not recorded (another thread, reflection, native code), or comes of another operation from run to run", "Make it with TorchSharp's operations, in forward, on the calling thread"));
        }

        return outputs.Count > 0 ? outputs : throw TraceRecorder.Refusal(string.Empty, null, null, "forward returns no tensor", "Return a tensor, or a tuple, array or list of tensors");
    }

    private static IEnumerable<Tensor> Flatten(object? result) => result switch
    {
        Tensor tensor => [tensor],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Flatten(tuple[i])),
        IReadOnlyCollection<Tensor> list => list,
        null => [],
        System.Collections.IDictionary => throw Unreturnable(result),
        IEnumerable<Tensor> => throw TraceRecorder.Refusal(string.Empty, null, null, "forward returns a sequence that is computed only when it is read", "Return an array or list: call ToArray()"),
        System.Collections.IEnumerable list => list.Cast<object?>().SelectMany(Flatten),
        _ => throw Unreturnable(result),
    };

    private static CaptureRefusedException Unreturnable(object result) =>
        TraceRecorder.Refusal(string.Empty, null, null, $"forward returns {result.GetType().Name.Split('`')[0]}, which is no tensor", "Return a tensor, or a tuple, array or list of tensors");

    private CaptureRefusedException Diverges(int first, RecordedCall? one, int second, RecordedCall? other)
    {
        RecordedCall shown = one ?? other!;
        string reason = _traces[first].Sizes.All(size => _traces[second].Sizes[size.Key] == size.Value) ? "the values of the input, or something else that changes from run to run" : "the size of a dynamic axis";
        return Refusal(shown, $"control flow depends on {reason}: {At(first)} {Call(one)}, {At(second)} {Call(other)}",
            "Write the same operations for every size, with torch.where or masks in place of if, or make the axis static");

        static string Call(RecordedCall? call) => call is null ? "forward ends" : $"forward calls {MethodName.Of(call.Method)}{(Source(call) is { } source ? $" ({source})" : string.Empty)}";
    }

    private string Between(int first, int second) => $"{At(first)} and {At(second)}";

    private string At(int trace) => _traces[trace].Sizes.Count == 0 ? $"in run {trace + 1}" : $"at {string.Join(", ", _traces[trace].Sizes.Select(size => $"{size.Key} = {size.Value}"))}";

    // "2 at N = 2, 5 at N = 5"
    private string Differing(IEnumerable<object?> values)
    {
        object?[] all = [.. values];
        int second = Array.FindIndex(all, value => !Equals(value, all[0]));
        return second < 0 ? $"{all[0]}"
            : ChangesFromRunToRun(all) ? $"{Text(all[0])} in one run and {Text(all[1])} in the next"
            : $"{Text(all[0])} {At(0)}, {Text(all[second])} {At(second)}";

        static string Text(object? value) => value is null ? "null" : FormattableString.Invariant($"{value}");
    }

    // The first two traces have the same sizes.
    private static bool ChangesFromRunToRun(object?[] values) => !Equals(values[0], values[1]);

    private static SourceLocation? Source(RecordedCall call) => call.Site is { } site ? SourceLines.Find(site.Caller, site.Offset) : null;

    private static CaptureRefusedException Refusal(RecordedCall call, string seen, string instead) =>
        TraceRecorder.Refusal(call.ModulePath, call.Method, Source(call), seen, instead);
}
