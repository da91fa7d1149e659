using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>Continues series of measurements: a GRU reads them, a cell goes on step by step with what it said last.</summary>
internal sealed class GruForecaster : Module<Tensor, (Tensor Forecast, Tensor State)>
{
    private readonly int horizon;
    private readonly GRU encoder;
    private readonly GRUCell decoder;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public GruForecaster(long features, long hidden, int horizon)
        : base(nameof(GruForecaster))
    {
        this.horizon = horizon;
        encoder = GRU(features, hidden, numLayers: 2, batchFirst: true);
        decoder = GRUCell(features, hidden);
        norm = LayerNorm(hidden);
        head = Linear(hidden, features);
        RegisterComponents();
    }

    public override (Tensor Forecast, Tensor State) forward(Tensor series)
    {
        (_, Tensor states) = encoder.call(series);        // [2, N, hidden]
        Tensor state = states[-1];                        // [N, hidden]
        Tensor value = series.select(1, -1);              // [N, features]
        List<Tensor> forecast = [];
        for (int step = 0; step < horizon; step++)
        {
            state = decoder.call(value, state);
            value = value + head.call(norm.call(state));
            forecast.Add(value);
        }

        return (stack(forecast, 1), state);               // [N, horizon, features]
    }
}
