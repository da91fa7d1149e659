namespace OnnxInit.Export.Graph.Operators;

/// <summary>A window that moves over the axes after the first two: kernel, strides, dilations and pads of convolutions and pools.</summary>
internal sealed class Window
{
    private readonly long[] _kernel;
    private readonly long[] _strides;
    private readonly long[] _dilations;
    private readonly long[] _pads;
    private readonly string _autoPad;

    /// <summary>Reads a window from attributes.</summary>
    /// <param name="call">The operator.</param>
    /// <param name="kernel">The kernel where no attribute gives it; null where one must.</param>
    public Window(OperatorCall call, long[]? kernel = null)
    {
        call.DemandRank(0, 3);
        int axes = call.Rank(0) - 2;
        _kernel = Given(call, "kernel_shape", axes) ?? kernel ?? throw call.Error("wants the attribute 'kernel_shape'");
        _strides = Given(call, "strides", axes) ?? Filled(axes, 1);
        _dilations = Given(call, "dilations", axes) ?? Filled(axes, 1);
        _pads = Given(call, "pads", 2 * axes) ?? new long[2 * axes];
        _autoPad = call.Text("auto_pad", "NOTSET");
        if (_autoPad is not ("NOTSET" or "SAME_UPPER" or "SAME_LOWER" or "VALID"))
        {
            throw call.Error($"takes NOTSET, SAME_UPPER, SAME_LOWER or VALID as auto_pad, and it is {_autoPad}");
        }

        if (_strides.Any(stride => stride < 1) || _dilations.Any(dilation => dilation < 1))
        {
            throw call.Error("wants strides and dilations of 1 or more");
        }
    }

    /// <summary>How many positions the window has along each axis: floor((x + pads - d (k - 1) - 1) / s) + 1.</summary>
    /// <param name="call">The operator.</param>
    /// <param name="roundsUp">Whether the last position may hang over the end.</param>
    public IEnumerable<Dimension> Positions(OperatorCall call, bool roundsUp = false)
    {
        for (int axis = 0; axis < _kernel.Length; axis++)
        {
            Dimension size = call.Shape(0)[axis + 2];
            long stride = _strides[axis];
            long span = (_dilations[axis] * (_kernel[axis] - 1)) + 1;
            if (_autoPad.StartsWith("SAME", StringComparison.Ordinal))
            {
                yield return Sizes.FloorDivide(size + (stride - 1), stride);
                continue;
            }

            long begin = _autoPad == "VALID" ? 0 : _pads[axis];
            long end = _autoPad == "VALID" ? 0 : _pads[_kernel.Length + axis];
            Dimension room = size + (begin + end - span);
            if (room.IsStatic && room.Size < 0)
            {
                throw call.Error($"has a window of {span} along axis {axis + 2}, and {call[0]} has {size + (begin + end)} there with its pads");
            }

            Dimension down = Sizes.FloorDivide(room, stride) + 1;
            yield return !roundsUp ? down : RoundedUp(size, room, down, begin, stride);
        }
    }

    /// <summary>The sizes that a transposed convolution gives: s (x - 1) + output_padding + d (k - 1) + 1 - pads. Padded to x s, a window below its stride would want negative pads, which is left open.</summary>
    public IEnumerable<Dimension> Transposed(OperatorCall call)
    {
        long[] outputPadding = call.Ints("output_padding") ?? new long[_kernel.Length];
        long[]? outputShape = call.Ints("output_shape");
        for (int axis = 0; axis < _kernel.Length; axis++)
        {
            Dimension size = call.Shape(0)[axis + 2];
            long span = (_dilations[axis] * (_kernel[axis] - 1)) + 1;
            yield return outputShape is not null ? outputShape[axis]
                : _autoPad.StartsWith("SAME", StringComparison.Ordinal) ? span < _strides[axis] ? Dimension.Unknown : size * _strides[axis]
                : ((size - 1) * _strides[axis]) + (outputPadding[axis] + span - (_autoPad == "VALID" ? 0 : _pads[axis] + _pads[_kernel.Length + axis]));
        }
    }

    // A last window that would begin in the padding at the end is left out; versions of ONNX and its runtimes differ there, so that it is not known.
    private static Dimension RoundedUp(Dimension size, Dimension room, Dimension down, long begin, long stride)
    {
        Dimension up = Sizes.FloorDivide(room + (stride - 1), stride) + 1;
        return up == down || Sizes.IsAtLeast(size + begin, ((up - 1) * stride) + 1) ? up : Dimension.Unknown;
    }

    private static long[]? Given(OperatorCall call, string name, int count) => call.Ints(name) is not { } values ? null
        : values.Length == count ? values : throw call.Error($"wants {count} {name} for {call[0]}, and there are {values.Length}");

    private static long[] Filled(int count, long value)
    {
        long[] values = new long[count];
        Array.Fill(values, value);
        return values;
    }
}
