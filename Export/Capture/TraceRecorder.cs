using System.Reflection;
using System.Runtime.CompilerServices;
using OnnxInit.Export.Capture.Instrumentation;
using OnnxInit.Export.Graph;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>Records one run of a model's forward: every call that makes tensors, with its arguments. Refuses what no graph can express, before it is done.</summary>
internal sealed class TraceRecorder : CallRecorder
{
    private readonly ModelNames _names;
    private readonly DisposeScope _scope;
    private readonly HashSet<Tensor> _dynamic = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> _made = new(ReferenceEqualityComparer.Instance);
    private readonly List<RecordedCall> _calls = [];
    private readonly List<Frame> _frames = [];
    private readonly Stack<(object?[] Arguments, int Target, nint Storage)> _pending = [];

    // Constants made in this run, by storage, so that they can be copied before something writes to them.
    private readonly Dictionary<nint, List<(RecordedCall Call, int Result)>> _constants = [];

    private readonly IReadOnlyList<RecordedCall> _like;
    private HashSet<Tensor>? _earlier;

    /// <summary>Begins a recording.</summary>
    /// <param name="names">The model's names.</param>
    /// <param name="inputs">The inputs of forward.</param>
    /// <param name="like">The calls of another run, with which this one shares what is the same; a deep model's traces are large.</param>
    /// <param name="scope">What is recorded lives as long as this.</param>
    public TraceRecorder(ModelNames names, IEnumerable<Tensor> inputs, IReadOnlyList<RecordedCall> like, DisposeScope scope)
    {
        _names = names;
        _like = like;
        _scope = scope;
        foreach (Tensor input in inputs)
        {
            _dynamic.Add(input);
        }
    }

    /// <summary>The calls that made tensors, in order.</summary>
    public IReadOnlyList<RecordedCall> Calls => _calls;

    /// <inheritdoc/>
    public override int Enter(CallSite site, MethodBase method, object? receiver)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Refusal(site, method, "calls are nested too deeply for this thread's stack", "Nest modules less deeply, or export on a thread with a larger stack");
        }

        Frame? outer = _frames.Count > 0 ? _frames[^1] : null;
        string path = receiver is nn.Module module ? PathOf(module, outer?.Path) : outer?.Path ?? string.Empty;
        _frames.Add(new(method, path, IsUserCode(site.Caller) ? site : outer?.Site));
        return _frames.Count - 1;
    }

    /// <inheritdoc/>
    public override void Leave(int depth) => _frames.RemoveRange(depth, _frames.Count - depth);

    /// <inheritdoc/>
    public override void Before(CallSite site, MethodBase method, object?[] arguments)
    {
        CallRule rule = CallRule.Of(method);
        if (rule.Kind is CallKind.Neutral or CallKind.ShapeRead)
        {
            return;
        }

        if (rule.Kind == CallKind.DataRead)
        {
            if (arguments.Any(IsDynamic))
            {
                throw ReadsValue(site, method);
            }

            return;
        }

        if (rule.Kind == CallKind.Replacement)
        {
            throw Refusal(site, null, $"it gives a module another tensor ({MethodName.Of(method)})", "Call the function (functional.linear, functional.conv2d) with the tensor instead");
        }

        if (rule.Kind == CallKind.Random)
        {
            throw Refusal(site, null, $"it draws random numbers ({MethodName.Of(method)})", "Draw them outside of forward and pass them as an input");
        }

        if (rule.Name.Contains("dropout", StringComparison.OrdinalIgnoreCase) && Array.IndexOf(rule.ParameterNames, "training") is >= 0 and var training && arguments[training] is true)
        {
            throw Refusal(site, null, $"{MethodName.Of(method)} drops values at random, since its training is true", "Pass training: training, the module's own mode, or use a Dropout module");
        }

        if (rule.Name == "scaled_dot_product_attention" && Array.IndexOf(rule.ParameterNames, "p") is >= 0 and var dropout && arguments[dropout] is double and not 0.0)
        {
            throw Refusal(site, null, $"{MethodName.Of(method)} drops values at random, since its p is not 0", "Pass p: training ? dropout : 0, with the module's own mode");
        }

        if (rule.IsModule && arguments[0] is nn.Module { training: true } module && MattersInTraining(module.GetType().Name))
        {
            throw Refusal(site, null, $"{module.GetType().Name} is in training mode, since the model does not know it and cannot put it into eval mode", "Register it: a field and RegisterComponents, register_module, or a ModuleList");
        }

        if (rule.IsModule && method.Name == "call" && arguments[0] is nn.Module hooked && ModuleHooks.AreOn(hooked))
        {
            throw Refusal(site, null, $"{hooked.GetType().Name} has forward hooks, and its call is taken as a whole", "Remove the hooks, and do in forward what they do");
        }

        if (WritesStatistics(rule, arguments))
        {
            throw Refusal(site, null, $"{MethodName.Of(method)} normalises by the input's own statistics and writes them to the running ones", "Pass training: false (use_input_stats: false), or no running statistics");
        }

        int target = rule.Target(arguments);
        nint storage = 0;
        if (target >= 0)
        {
            Tensor written = (Tensor)arguments[target]!;
            storage = TensorAddress.OfStorage(written);
            PrepareWrite(site, method, written, storage);
        }

        _pending.Push((arguments, target, storage));
    }

    /// <inheritdoc/>
    public override void After(CallSite site, MethodBase method, object?[] arguments, object? result)
    {
        CallRule rule = CallRule.Of(method);
        if (rule.Kind is not CallKind.Operation)
        {
            return;
        }

        (object?[] Arguments, int Target, nint Storage) before;
        do
        {
            before = _pending.Pop();
        }
        while (!ReferenceEquals(before.Arguments, arguments)); // what lies above was left by an exception

        Tensor[] results = [.. Snapshot.Tensors(result), .. OutArguments(method, arguments)];
        if (before.Target >= 0 && (results.Length == 0 || method.Name == "set_TensorItems"))
        {
            results = [(Tensor)arguments[before.Target]!];
        }

        if (results.Length == 0 && result is not (null or nn.Module) && arguments.Any(IsDynamic))
        {
            throw ReadsValue(site, method);
        }

        if (results.Length == 0 || (before.Target < 0 && results.All(result => IsKnown(result, arguments))))
        {
            return; // nothing new: a scope that hands a tensor on, a module's own parameter
        }

        // Some methods with an underscore give a new tensor all the same (elu_).
        bool wrote = before.Target >= 0 && (method.Name == "set_TensorItems" || before.Storage == 0 || TensorAddress.OfStorage(results[0]) == before.Storage);
        Record(site, method, rule, arguments, wrote ? before.Target : -1, before.Storage, results);
    }

    /// <inheritdoc/>
    public override CaptureRefusedException Refusal(CallSite? site, MethodBase? method, string seen, string instead)
    {
        Frame? frame = _frames.Count > 0 ? _frames[^1] : null;
        CallSite? where = site is not null && IsUserCode(site.Caller) ? site : frame?.Site;
        string path = frame?.Path ?? string.Empty;
        return Refusal(path, method ?? where?.Caller, where is null ? null : SourceLines.Find(where.Caller, where.Offset), seen, instead);
    }

    /// <summary>A refusal that says where.</summary>
    /// <param name="path">The module.</param>
    /// <param name="method">The method whose code it is.</param>
    /// <param name="source">Its line; null where unknown.</param>
    /// <param name="seen">What was seen, a clause.</param>
    /// <param name="instead">What to write instead, a sentence without its stop.</param>
    public static CaptureRefusedException Refusal(string path, MethodBase? method, SourceLocation? source, string seen, string instead)
    {
        string where = path.Length == 0 ? "the model" : $"module '{path}'";
        string code = method is null ? string.Empty : $", {MethodName.Of(method)}";
        return new($"Cannot export {where}{code}{(source is null ? string.Empty : $" ({source})")}: {seen}. {instead}.") { ModulePath = path, File = source?.File, Line = source?.Line ?? 0 };
    }

    private static bool MattersInTraining(string module) =>
        module.Contains("Dropout", StringComparison.Ordinal) || module.Contains("BatchNorm", StringComparison.Ordinal) || module.Contains("InstanceNorm", StringComparison.Ordinal)
        || module is "RReLU" or "MultiheadAttention" or "TransformerEncoder" or "TransformerEncoderLayer" or "TransformerDecoder" or "TransformerDecoderLayer" or "Transformer";

    private static bool WritesStatistics(CallRule rule, object?[] arguments)
    {
        string? flag = rule.Name switch
        {
            "batch_norm" => "training",
            "instance_norm" => "use_input_stats",
            _ => null,
        };
        return flag is not null && Array.IndexOf(rule.ParameterNames, flag) is >= 0 and var position && arguments[position] is true
            && Array.IndexOf(rule.ParameterNames, "running_mean") is >= 0 and var mean && arguments[mean] is Tensor;
    }

    private CaptureRefusedException ReadsValue(CallSite site, MethodBase method) => Refusal(site, null,
        $"the value of a tensor that depends on the input flows into C# code ({MethodName.Of(method)}) and would be frozen", "Compute with tensors throughout: torch.where instead of if, masks instead of loops over values");

    private static bool IsUserCode(MethodBase method) => method.Module.Assembly != typeof(torch).Assembly;

    private static IEnumerable<Tensor> OutArguments(MethodBase method, object?[] arguments)
    {
        ParameterInfo[] parameters = method.GetParameters();
        int first = arguments.Length - parameters.Length;
        for (int i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].IsOut && arguments[first + i] is Tensor tensor)
            {
                yield return tensor;
            }
        }
    }

    private void Record(CallSite site, MethodBase method, CallRule rule, object?[] arguments, int target, nint targetStorage, Tensor[] results)
    {
        object?[] snapshots = [.. arguments.Select(Snapshot.Of)];
        bool isDynamic = arguments.Any(IsDynamic);
        RefuseState(site, snapshots);
        Frame? frame = _frames.Count > 0 ? _frames[^1] : null;
        RecordedCall? like = _calls.Count < _like.Count ? _like[_calls.Count] : null;
        RecordedCall call = new()
        {
            Method = method,
            Rule = rule,
            Arguments = snapshots,
            Results = results,
            Shapes = Shared([.. results.Select(result => result.shape)], like?.Shapes),
            Types = Shared([.. results.Select(result => result.dtype)], like?.Types),
            Storages = [.. results.Select(TensorAddress.OfStorage)],
            Picked = isDynamic ? PickedAxis.Find(rule.Name, snapshots) : null,
            Target = target,
            TargetStorage = targetStorage,
            ModulePath = rule.IsModule && arguments[0] is nn.Module module ? PathOf(module, frame?.Path) : frame?.Path ?? string.Empty,
            Site = IsUserCode(site.Caller) ? site : frame?.Site,
        };
        _calls.Add(call);
        foreach (Tensor result in results)
        {
            _ = isDynamic ? _dynamic.Add(result) : _made.Add(result);
        }

        if (isDynamic)
        {
            if (target >= 0)
            {
                _dynamic.Add((Tensor)arguments[target]!);
            }

            return;
        }

        call.Constants = [.. results.Select(Shared)];
        for (int i = 0; i < results.Length; i++)
        {
            if (call.Storages[i] != 0)
            {
                (_constants.TryGetValue(call.Storages[i], out var there) ? there : _constants[call.Storages[i]] = []).Add((call, i));
            }
        }
    }

    // What an earlier run made of its input and the model kept: a cache that is filled by the first call, a state.
    private void RefuseState(CallSite site, object?[] snapshots)
    {
        foreach (Tensor tensor in snapshots.SelectMany(Snapshot.Tensors))
        {
            if (!_dynamic.Contains(tensor) && !_made.Contains(tensor) && !_names.Tensors.ContainsKey(tensor) && EarlierValues().Contains(tensor))
            {
                throw Refusal(site, null, "it uses a tensor that an earlier call of forward has made of its input: state kept between calls", "Take the state as an input of forward and return the new one");
            }
        }
    }

    private HashSet<Tensor> EarlierValues() =>
        _earlier ??= new(_like.Where(call => call.Constants is null).SelectMany(call => call.Results), ReferenceEqualityComparer.Instance);

    // A tensor of this run that no input went into may be written to: those recorded before keep their values. Others belong to the model.
    private void PrepareWrite(CallSite site, MethodBase method, Tensor written, nint storage)
    {
        if (!_made.Contains(written) && !_dynamic.Contains(written))
        {
            string what = _names.Find(written) is { } named ? $"'{named.Name}', a parameter or buffer of the model"
                : _names.OwnsStorage(storage) ? "a view of a parameter or buffer of the model"
                : "a tensor that was there before forward was called";
            throw Refusal(site, null, $"{MethodName.Of(method)} writes to {what}", "Compute a new value and return it, or keep state outside of the model");
        }

        if (_names.OwnsStorage(storage))
        {
            throw Refusal(site, null, $"{MethodName.Of(method)} writes to a view of a parameter or buffer of the model", "Clone it first");
        }

        foreach ((RecordedCall call, int result) in _constants.GetValueOrDefault(storage) ?? [])
        {
            using Tensor shared = call.Constants![result];
            call.Constants[result] = Kept(shared.clone());
        }

        _constants.Remove(storage);
    }

    // A view of a whole parameter may be no more than that at one size, and less or more at another: of a call that takes tensors, it is new.
    private bool IsKnown(Tensor result, object?[] arguments) =>
        _dynamic.Contains(result) || _made.Contains(result) || Array.Exists(arguments, argument => ReferenceEquals(argument, result))
        || (_names.Find(result) is not null && !Array.Exists(arguments, argument => argument is Tensor));

    private bool IsDynamic(object? argument) => argument switch
    {
        null or string or nn.Module or Scalar => false,
        Tensor tensor => _dynamic.Contains(tensor),
        Array array when array.GetType().GetElementType()!.IsPrimitive => false,
        TensorIndex => Snapshot.Tensors(Snapshot.Of(argument)).Any(_dynamic.Contains),
        Array array => array.Cast<object?>().Any(IsDynamic),
        _ => Snapshot.Tensors(argument).Any(_dynamic.Contains),
    };

    private string PathOf(nn.Module module, string? outer) =>
        _names.PathOf(module) ?? (string.IsNullOrEmpty(outer) ? module.GetType().Name.Split('`')[0] : $"{outer}.{module.GetType().Name.Split('`')[0]}");

    private static long[][] Shared(long[][] shapes, long[][]? others)
    {
        if (others is null || others.Length != shapes.Length)
        {
            return shapes;
        }

        bool all = true;
        for (int i = 0; i < shapes.Length; i++)
        {
            bool same = shapes[i].AsSpan().SequenceEqual(others[i]);
            shapes[i] = same ? others[i] : shapes[i];
            all &= same;
        }

        return all ? others : shapes;
    }

    private static ScalarType[] Shared(ScalarType[] types, ScalarType[]? others) => others is not null && types.AsSpan().SequenceEqual(others) ? others : types;

    private Tensor Shared(Tensor tensor) => Kept(tensor.detach());

    // Not in a scope of forward's that is open now. (MoveToOtherDisposeScope loses what is there already.)
    private Tensor Kept(Tensor tensor)
    {
        _scope.Attach(tensor);
        return tensor;
    }

    private sealed record Frame(MethodBase Method, string Path, CallSite? Site);
}
