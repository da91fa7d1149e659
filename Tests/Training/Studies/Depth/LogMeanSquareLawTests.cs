using OnnxInit.Contracts.Randomness;
using OnnxInit.Training.Studies.Depth;

namespace OnnxInit.Tests.Training.Studies.Depth;

public class LogMeanSquareLawTests
{
    [Fact]
    public void At_100_units_and_1000_layers_the_exact_law_lies_near_its_first_order()
    {
        LogMeanSquareLaw exact = LogMeanSquareLaw.Gaussian(100);
        LogMeanSquareLaw first = LogMeanSquareLaw.GaussianFirstOrder(100);

        (1_000 * exact.Mean).Should().BeApproximately(-25.420886, 1e-6);
        (1_000 * exact.Variance).Should().BeApproximately(51.939992, 1e-6);
        (1_000 * first.Mean).Should().BeApproximately(-25, 1e-12);
        (1_000 * first.Variance).Should().BeApproximately(50, 1e-12);
    }

    [Fact]
    public void Orthogonal_matrices_leave_three_fifths_of_it()
    {
        LogMeanSquareLaw exact = LogMeanSquareLaw.Orthogonal(100);

        (1_000 * exact.Mean).Should().BeApproximately(-15.387554, 1e-6);
        (1_000 * exact.Variance).Should().BeApproximately(31.738659, 1e-6);
        (exact.Mean / LogMeanSquareLaw.OrthogonalFirstOrder(100).Mean).Should().BeApproximately(1, 0.03);
        (exact.Variance / LogMeanSquareLaw.OrthogonalFirstOrder(100).Variance).Should().BeApproximately(1, 0.06);
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, false)]
    [InlineData(8, true)]
    [InlineData(9, true)]
    public void It_is_that_of_normal_variables_cut_at_0(int width, bool orthogonal)
    {
        const int draws = 200_000;
        PhiloxRandom random = new(17, $"law/{width}");
        (double sum, double squares, int count) = (0, 0, 0);
        for (int draw = 0; draw < draws; draw++)
        {
            (double active, double all) = (0, 0);
            for (int unit = 0; unit < width; unit++)
            {
                double z = random.NextNormal();
                all += z * z;
                active += z > 0 ? z * z : 0;
            }

            if (active > 0)
            {
                double logarithm = Math.Log(2 * active / (orthogonal ? all : width));
                sum += logarithm;
                squares += logarithm * logarithm;
                count++;
            }
        }

        double mean = sum / count;
        LogMeanSquareLaw law = orthogonal ? LogMeanSquareLaw.Orthogonal(width) : LogMeanSquareLaw.Gaussian(width);
        law.Mean.Should().BeApproximately(mean, 5 * Math.Sqrt(law.Variance / draws));
        law.Variance.Should().BeApproximately((squares / count) - (mean * mean), 0.03 * law.Variance);
    }
}
