using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Capture;

/// <summary>Modules run as written, and their calls of TorchSharp are recorded.</summary>
public class InstrumentationTests
{
    [Fact]
    public void A_residual_network_makes_its_calls_in_order()
    {
        using var model = new Residual();

        var log = CallLog.AssertRuns(
            model.forward,
            "Linear.forward", "ReLU.forward", "Linear.forward", "Tensor.op_Addition",
            "Linear.forward", "ReLU.forward", "Linear.forward", "Tensor.op_Addition",
            "Tensor.get_shape", "Tensor.view", "Linear.forward");
        log.Paths[0].Should().Be("Residual.forward > Module.call > Sequential.forward > Module.call");
        log.Paths[^1].Should().Be("Residual.forward");
    }

    [Fact]
    public void A_leaf_is_given_its_module_and_arguments_and_what_it_returned()
    {
        using var linear = nn.Linear(4, 2);
        using var input = ones(3, 4);

        var (result, log) = CallLog.Of((Func<Tensor, Tensor>)linear.forward, input);

        log.Arguments.Should().ContainSingle().Which.Should().Equal(linear, input);
        log.Results.Should().ContainSingle().Which.Should().BeSameAs(result);
    }

    [Fact]
    public void Hooks_run_and_are_recorded()
    {
        using var model = new Residual();
        model.Head.register_forward_pre_hook((_, x) => x * 2);
        model.Head.register_forward_hook((_, _, y) => y + 1);

        CallLog.AssertRuns(model.Head.call, "Tensor.op_Multiply", "Linear.forward", "Tensor.op_Addition");
    }

    [Fact]
    public void An_override_may_call_its_base()
    {
        using var model = new Doubled();

        CallLog.AssertRuns(model.forward, "Tensor.op_Multiply", "Linear.forward", "Sequential.named_children", "Tensor.op_Addition");
    }

    [Fact]
    public void A_module_behind_its_interface_is_found()
    {
        CallLog.AssertRuns(Calling(nn.Linear(4, 4)), "Linear.forward");
        CallLog.AssertSame(Calling(new Residual())).Calls.Should().Contain("ReLU.forward");

        static Func<Tensor, Tensor> Calling(nn.IModule<Tensor, Tensor> module) => x => module.call(x);
    }

    [Fact]
    public void Generic_modules_of_several_inputs_and_outputs_run()
    {
        using var pair = new Pair<float>();

        CallLog.AssertRuns(
            x =>
            {
                var (sum, difference) = pair.call(x, x * 2);
                return sum.matmul(difference.t());
            },
            "Tensor.op_Multiply", "Tensor.op_Addition", "Tensor.op_Subtraction", "Tensor.t", "Tensor.matmul");
    }

    [Fact]
    public void Recurrent_layers_are_leaves()
    {
        using var lstm = nn.LSTM(4, 5);

        CallLog.AssertRuns(x => lstm.call(x.unsqueeze(0)).Item1, "Tensor.unsqueeze", "LSTM.call");
    }

    [Fact]
    public void Lists_and_dictionaries_of_modules_are_walked()
    {
        var list = nn.ModuleList<nn.Module<Tensor, Tensor>>(nn.Linear(4, 4), nn.ReLU(), new Residual());
        var dictionary = nn.ModuleDict<nn.Module<Tensor, Tensor>>(("a", nn.Tanh()), ("b", nn.Sigmoid()));

        var log = CallLog.AssertSame(
            x =>
            {
                foreach (var module in list.Take(2))
                {
                    x = module.call(x);
                }

                return dictionary["b"].call(dictionary["a"].call(list[1].call(x)));
            });

        log.Calls.Where(call => call.EndsWith(".forward", StringComparison.Ordinal)).Should().Equal(
            "Linear.forward", "ReLU.forward", "ReLU.forward", "Tanh.forward", "Sigmoid.forward");
    }

    [Fact]
    public void Modules_that_are_said_to_be_leaves_are_not_entered()
    {
        using var model = new Residual();
        using var input = ones(3, 4);
        using var around = nn.Sequential(model, nn.ReLU());
        var log = new CallLog();

        CallLog.Run(around.forward, log, new HashSet<Type> { typeof(Residual) }, input);

        log.Calls.Where(call => call != "Tensor.Dispose").Should().Equal("Residual.forward", "ReLU.forward");
        log.Arguments[0].Should().Equal(model, input);
    }

    [Fact]
    public void Generated_code_is_used_again_and_without_a_recorder_only_makes_the_calls()
    {
        using var model = new Residual();
        using var input = ones(3, 4);

        var (lazy, log) = CallLog.Of((Func<Tensor, IEnumerable<Tensor>>)(x => new[] { 1, 2 }.Select(i => model.call(x) * i)), input);
        log.Calls.Should().BeEmpty("nothing was enumerated while it was recorded");
        var late = ((IEnumerable<Tensor>)lazy!).ToList();

        late.Should().HaveCount(2);
        log.Calls.Should().BeEmpty();
    }

    private sealed class Residual : nn.Module<Tensor, Tensor>
    {
        public Residual()
            : base(nameof(Residual))
        {
            Branch = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4));
            Head = nn.Linear(4, 2);
            RegisterComponents();
        }

        public TorchSharp.Modules.Linear Head { get; }

        private nn.Module<Tensor, Tensor> Branch { get; }

        public override Tensor forward(Tensor input)
        {
            var x = input;
            for (var i = 0; i < 2; i++)
            {
                x = Add(Branch.call(x), x);
            }

            return Head.forward(x.view(x.shape[0], -1));
        }

        private static Tensor Add(Tensor a, Tensor b) => a + b;
    }

    private sealed class Doubled() : TorchSharp.Modules.Sequential(("only", nn.Linear(4, 4)))
    {
        public override Tensor forward(Tensor tensor)
        {
            var doubled = tensor * 2;
            return base.forward(doubled) + named_children().Count();
        }
    }

    private sealed class Pair<T>() : nn.Module<Tensor, Tensor, (Tensor Sum, Tensor Difference)>(typeof(T).Name)
    {
        public override (Tensor Sum, Tensor Difference) forward(Tensor input1, Tensor input2) => (input1 + input2, input1 - input2);
    }
}
