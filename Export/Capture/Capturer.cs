using OnnxInit.Contracts;
using OnnxInit.Export.Capture.Instrumentation;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>
/// Captures a model: runs its forward several times with its calls recorded - twice at the same sizes with other data, then at other sizes of
/// every dynamic axis, at 1 too - and makes one graph of what was recorded.
/// </summary>
internal sealed class Capturer
{
    private const int MostDynamicAxes = 6;
    private const int MostFurtherTraces = 8;

    private readonly nn.Module _model;
    private readonly ModelNames _names;
    private readonly ExampleData _data;
    private readonly ForwardMethod _forward;
    private readonly CaptureMethod _method;
    private readonly IReadOnlySet<Type> _leafModules;
    private readonly DisposeScope _scope;
    private readonly List<string> _warnings = [];
    private Dictionary<string, long> _first = [];
    private Dictionary<string, long> _untraced = [];
    private IReadOnlyList<RecordedCall> _last = [];
    private int _seed;

    /// <summary>Prepares a capture.</summary>
    /// <param name="model">The model, in eval mode.</param>
    /// <param name="names">Its names.</param>
    /// <param name="data">The examples.</param>
    /// <param name="forward">Its forward.</param>
    /// <param name="method">How.</param>
    /// <param name="leafModules">Module types that are lowered as a whole.</param>
    /// <param name="scope">What is captured lives as long as this.</param>
    public Capturer(nn.Module model, ModelNames names, ExampleData data, ForwardMethod forward, CaptureMethod method, IReadOnlySet<Type> leafModules, DisposeScope scope)
    {
        _model = model;
        _names = names;
        _data = data;
        _forward = forward;
        _method = method;
        _leafModules = leafModules;
        _scope = scope;
        if (data.Sizes.Count > MostDynamicAxes)
        {
            throw new InvalidInputException($"There are {data.Sizes.Count} dynamic axes ({string.Join(", ", data.Sizes.Keys)}); at most {MostDynamicAxes} are traced, since each doubles the number of runs. Make the others static.");
        }
    }

    /// <summary>What to tell the user.</summary>
    public IReadOnlyList<string> Warnings => [.. _warnings.Concat(_data.Warnings).Distinct()];

    /// <summary>Captures the model.</summary>
    public CapturedGraph Capture()
    {
        string[] symbols = [.. _data.Sizes.Keys];
        Dictionary<string, long> first = _first = FirstSizes();
        List<Trace> traces = [Again(first), Again(first)];
        Dictionary<string, long> second = [];
        int[] corners = new int[1 << symbols.Length];
        for (int subset = 1; subset < corners.Length; subset++)
        {
            int only = int.Log2(subset);
            corners[subset] = traces.Count;
            traces.Add(1 << only == subset ? AtSecondSize(symbols[only], first, second) : Again(first.ToDictionary(size => size.Key, size => (subset >> Array.IndexOf(symbols, size.Key) & 1) == 1 ? second[size.Key] : size.Value)));
        }

        foreach (string symbol in symbols)
        {
            Dictionary<string, long> sizes = new(first) { [symbol] = 1 };
            if (first[symbol] == 1)
            {
                continue;
            }

            if (Try(sizes, out Exception? failure) is { } trace)
            {
                traces.Add(trace);
            }
            else
            {
                _warnings.Add($"forward does not run at {symbol} = 1 ({FirstLine(failure!)}), so the exported model need not either.");
            }
        }

        // As far from the second size as that is from the first, so that what must be a multiple of 16 still is; where that is no size, one more than both.
        _untraced = symbols.ToDictionary(symbol => symbol, symbol => second[symbol] > first[symbol] ? (2 * second[symbol]) - first[symbol] : Math.Max(first[symbol], second[symbol]) + 1 + Array.IndexOf(symbols, symbol));
        for (int more = 0; ; more++)
        {
            SizeFit fit = new(symbols, [.. traces.Select(trace => trace.Sizes)], corners);
            CapturedGraph graph = TraceComparison.Compare(_names, traces, fit);
            if (fit.Coincidence is null)
            {
                _last = [];
                return graph;
            }

            // Other data may tell a size that values decide from one that only looks like another.
            _data.IsSparse = true;
            traces.Add(more < MostFurtherTraces ? Run(first) : throw fit.Coincidence);
        }
    }

    /// <summary>New data with what forward makes of it, not recorded: at sizes that were not traced, at those of the first trace, and at 1.</summary>
    public IEnumerable<(IReadOnlyDictionary<string, long> Sizes, Tensor[] Inputs, object? Result)> Samples()
    {
        IReadOnlyDictionary<string, long>[] wanted = _data.Sizes.Count == 0 ? [_data.Sizes] : [_untraced, _first, _first.ToDictionary(size => size.Key, _ => 1L)];
        foreach (IReadOnlyDictionary<string, long> sizes in wanted)
        {
            Tensor[] inputs = _data.Draw(sizes, ++_seed);
            object? result;
            try
            {
                result = Forward(inputs);
            }
            catch (Exception exception)
            {
                if (ReferenceEquals(sizes, _first) || _data.Sizes.Count == 0)
                {
                    throw Fails(sizes, exception);
                }

                if (ReferenceEquals(sizes, _untraced))
                {
                    _warnings.Add($"forward does not run at {Text(sizes)} ({FirstLine(exception)}), so the export was checked at traced sizes only.");
                }

                continue;
            }

            yield return (sizes, inputs, result);
        }
    }

    /// <summary>What forward makes of inputs, not recorded. What it does in place does not reach them.</summary>
    /// <param name="inputs">The inputs.</param>
    public object? Forward(Tensor[] inputs) => _forward.Invoke(_model, [.. inputs.Select(input => input.clone())]);

    // The examples' own data is not needed, only what it is like: small batches are as good, and faster. The first run is for caches that a model fills when it is first called.
    private Dictionary<string, long> FirstSizes()
    {
        Dictionary<string, long> wanted = _data.Sizes.ToDictionary(size => size.Key, size => _data.IsBatch(size.Key) ? 2 : Math.Max(2, size.Value));
        if (Try(wanted, out _) is not null)
        {
            return wanted;
        }

        Dictionary<string, long> own = new(_data.Sizes);
        _ = Again(own);
        return own;
    }

    private Trace Again(Dictionary<string, long> sizes) => Try(sizes, out Exception? failure) ?? throw Fails(sizes, failure!);

    private InvalidInputException Fails(IReadOnlyDictionary<string, long> sizes, Exception failure) => new(
        $"forward fails on an input like the example ({Text(sizes)}{(sizes.Count == 0 ? string.Empty : "; ")}shapes {string.Join(", ", _data.Draw(sizes, 0).Select(input => $"[{string.Join(", ", input.shape)}]"))}): {FirstLine(failure)}", failure);

    private Trace AtSecondSize(string symbol, Dictionary<string, long> first, Dictionary<string, long> second)
    {
        long size = first[symbol];
        Exception? failure = null;
        foreach (long other in ((long[])[size + 3, (2 * size) + 1, size + 1, 2 * size, size - 1, size / 2, 3 * size, size + 8, size + 32]).Where(other => other > 0 && other != size))
        {
            if (Try(new(first) { [symbol] = other }, out failure) is { } trace)
            {
                second[symbol] = other;
                return trace;
            }
        }

        throw new InvalidInputException($"The axis '{symbol}' is to be dynamic, but forward runs at {symbol} = {size} only: {FirstLine(failure!)} Make the axis static, or the model independent of its size.", failure);
    }

    private Trace? Try(Dictionary<string, long> sizes, out Exception? failure)
    {
        try
        {
            failure = null;
            return Run(sizes);
        }
        catch (Exception exception) when (exception is not (CaptureRefusedException or UnsupportedOperationException or InvalidInputException or PlatformNotSupportedException))
        {
            failure = exception;
            return null;
        }
    }

    private Trace Run(Dictionary<string, long> sizes)
    {
        Tensor[] inputs = _data.Draw(sizes, ++_seed);
        TraceRecorder recorder = new(_names, inputs, _last, _scope);
        object? result = _method == CaptureMethod.ModuleWalk
            ? SequentialWalk.Run(_model, inputs.Length == 1 ? inputs[0] : throw new InvalidInputException("CaptureMethod.ModuleWalk takes models of one input."), recorder, _leafModules)
            : InstrumentedCode.Run(_forward.Method, _model, [.. inputs, .. _forward.Defaults], recorder, _leafModules);
        _last = recorder.Calls;
        return new(sizes, inputs, recorder.Calls, result);
    }

    private static string Text(IReadOnlyDictionary<string, long> sizes) => string.Join(", ", sizes.Select(size => $"{size.Key} = {size.Value}"));

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].Trim();
}
