using System.Linq.Expressions;
using OnnxInit.Tests.Export.Lowerings;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Refusals;

/// <summary>Code that people write in forward and that no graph can express, one module per rule and variant.</summary>
internal static class RefusedForwards
{
    /// <summary>Where this file was when it was compiled.</summary>
    public static string SourceFile { get; } = Here();

    public static nn.Module Of(Func<Tensor, object> forward) => new Function(inputs => forward(inputs[0]), 1);

    public static object BranchOnTheBatch(Tensor input) => input.shape[0] > 2 ? input.relu() : input.sigmoid();

    public static object LoopOverTheBatch(Tensor input)
    {
        List<Tensor> rows = [];
        for (int i = 0; i < input.shape[0]; i++)
        {
            rows.Add(input[i] * 2);
        }

        return stack(rows);
    }

    public static async Task<Tensor> LaterAsync(Tensor input)
    {
        await Task.Yield();
        return input * 2;
    }

    public static object Stale(Tensor input)
    {
        Tensor doubled = input * 2;
        Tensor row = doubled[0];
        doubled.add_(1);
        return row + doubled;
    }

    public static object StaleOutput(Tensor input)
    {
        Tensor doubled = input * 2;
        Tensor flat = doubled.flatten();
        doubled.relu_();
        return (doubled, flat);
    }

    public static Func<Tensor, Tensor> Compiled { get; } = Compile();

    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

    private static Func<Tensor, Tensor> Compile()
    {
        ParameterExpression input = Expression.Parameter(typeof(Tensor));
        return Expression.Lambda<Func<Tensor, Tensor>>(Expression.Call(input, typeof(Tensor).GetMethod("relu", Type.EmptyTypes)!), input).Compile();
    }

    public sealed class WithParameter : nn.Module<Tensor, Tensor>
    {
        private readonly Action<Parameter, Tensor> _write;
        private readonly Parameter _scale = nn.Parameter(ones(3));

        public WithParameter(Action<Parameter, Tensor> write)
            : base(nameof(WithParameter))
        {
            _write = write;
            register_parameter("scale", _scale);
        }

        public override Tensor forward(Tensor input)
        {
            _write(_scale, input);
            return input * _scale;
        }
    }

    public sealed class Counting : nn.Module<Tensor, Tensor>
    {
        private readonly Tensor _calls = zeros(1);

        public Counting()
            : base(nameof(Counting)) => register_buffer("calls", _calls);

        public override Tensor forward(Tensor input)
        {
            _calls.add_(1);
            return input / _calls;
        }
    }

    public sealed class Remembering() : nn.Module<Tensor, Tensor>(nameof(Remembering))
    {
        private Tensor? _last;

        public override Tensor forward(Tensor input)
        {
            Tensor state = _last is null ? input.mean() : (_last + input.mean()) / 2;
            _last = state;
            return input - state;
        }
    }

    public sealed class Hiding(nn.Module<Tensor, Tensor> module) : nn.Module<Tensor, Tensor>(nameof(Hiding))
    {
        private readonly nn.Module<Tensor, Tensor>[] _modules = [module];

        public override Tensor forward(Tensor input) => _modules[0].call(input) * 2;
    }

    public sealed class Stepping() : nn.Module<Tensor, Tensor>(nameof(Stepping))
    {
        private double _step;

        public override Tensor forward(Tensor input) => input * ++_step;
    }

    public sealed class Cyclic : nn.Module<Tensor, Tensor>
    {
        public Cyclic()
            : base(nameof(Cyclic))
        {
            Child child = new();
            register_module("child", child);
            child.register_module("parent", this);
        }

        public override Tensor forward(Tensor input) => input;

        private sealed class Child() : nn.Module(nameof(Child));
    }

    public sealed class FixedBatch() : nn.Module<Tensor, Tensor>(nameof(FixedBatch))
    {
        public override Tensor forward(Tensor input) => input.reshape(4, 3).relu();
    }

    public sealed class Returning(Func<Tensor, object?> function) : nn.Module<Tensor, object?>(nameof(Returning))
    {
        public override object? forward(Tensor input) => function(input);
    }

    public sealed class Nested : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _body;

        public Nested(nn.Module<Tensor, Tensor> body)
            : base(nameof(Nested))
        {
            _body = nn.Sequential(("encoder", nn.Sequential(("gate", body))));
            register_module("body", _body);
        }

        public override Tensor forward(Tensor input) => _body.call(input);
    }

    public sealed class Gate() : nn.Module<Tensor, Tensor>(nameof(Gate))
    {
        public override Tensor forward(Tensor input) => input.sum().ToSingle() > 0 ? input : -input;
    }

    public sealed class ChoosingByBatch : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _one = nn.Parameter(ones(3));
        private readonly Parameter _other = nn.Parameter(ones(3) * 2);

        public ChoosingByBatch()
            : base(nameof(ChoosingByBatch)) => RegisterComponents();

        public override Tensor forward(Tensor input) => input * (input.shape[0] == 1 ? _one : _other);
    }

    public sealed class RememberingTheFirst() : nn.Module<Tensor, Tensor>(nameof(RememberingTheFirst))
    {
        private Tensor? _mean;

        public override Tensor forward(Tensor input) => input - (_mean ??= input.mean());
    }

    public sealed class Generating : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _generator = nn.Linear(3, 9);
        private readonly Linear _generated = nn.Linear(3, 3, hasBias: false);

        public Generating()
            : base(nameof(Generating)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            _generated.weight = nn.Parameter(_generator.call(input.mean([0])).view(3, 3));
            return _generated.call(input);
        }
    }

    public sealed class Hooked : nn.Module<Tensor, Tensor>
    {
        private readonly LSTM _lstm = nn.LSTM(3, 2);

        public Hooked()
            : base(nameof(Hooked))
        {
            RegisterComponents();
            _lstm.register_forward_pre_hook((_, input, state) => (input * 2, state));
        }

        public override Tensor forward(Tensor input) => _lstm.call(input.unsqueeze(0)).Item1;
    }
}
