package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a tensor prints is what NumPy 2.4 prints for the same array, after a line of our own; the texts below come from there. */
class TensorFormatTest {
    private static final double INF = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    @Test
    void wholeNumbers() {
        assertPrinted(Tensor.of(1.0, -2, 30), """
                Tensor FLOAT64 [3]
                [ 1. -2. 30.]""");
        assertPrinted(Tensor.of(new double[][] {{1, -20}, {300, 4}}), """
                Tensor FLOAT64 [2, 2]
                [[  1. -20.]
                 [300.   4.]]""");
        assertPrinted(Tensor.of(0.0, -0.0), """
                Tensor FLOAT64 [2]
                [ 0. -0.]""");
        assertPrinted(Tensor.zeros(2, 1, 2), """
                Tensor FLOAT64 [2, 1, 2]
                [[[0. 0.]]

                 [[0. 0.]]]""");
        assertPrinted(Tensor.eye(3), """
                Tensor FLOAT64 [3, 3]
                [[1. 0. 0.]
                 [0. 1. 0.]
                 [0. 0. 1.]]""");
    }

    @Test
    void decimals() {
        assertPrinted(Tensor.of(0.5, -1.25, 3), """
                Tensor FLOAT64 [3]
                [ 0.5  -1.25  3.  ]""");
        assertPrinted(Tensor.of(1 / 3.0, 2 / 3.0), """
                Tensor FLOAT64 [2]
                [0.33333333 0.66666667]""");
        assertPrinted(Tensor.of(0.123456785, 0.123456775), """
                Tensor FLOAT64 [2]
                [0.12345678 0.12345678]""");
        assertPrinted(Tensor.of(99999999.9, 1e5), """
                Tensor FLOAT64 [2]
                [99999999.9   100000. ]""");
        assertPrinted(Tensor.of(999.9999999999, 1), """
                Tensor FLOAT64 [2]
                [1000.    1.]""");
        assertPrinted(Tensor.of(0.0001, 0.1), """
                Tensor FLOAT64 [2]
                [0.0001 0.1   ]""");
        assertPrinted(Tensor.of(new double[][] {{1.5, 22.25}, {-333, 4}}), """
                Tensor FLOAT64 [2, 2]
                [[   1.5    22.25]
                 [-333.      4.  ]]""");
    }

    @Test
    void singlePrecision() {
        assertPrinted(Tensor.of(new float[] {0.1f, 1 / 3f, 2 / 3f}), """
                Tensor FLOAT32 [3]
                [0.1        0.33333334 0.6666667 ]""");
        assertPrinted(Tensor.of(new float[] {1e-5f, 1.2345678e-3f}), """
                Tensor FLOAT32 [2]
                [9.9999997e-06 1.2345678e-03]""");
        assertPrinted(Tensor.of(new float[] {3.4028235e38f, 1e-45f}), """
                Tensor FLOAT32 [2]
                [3.4028235e+38 1.4012985e-45]""");
        assertPrinted(Tensor.of(new float[] {1e-45f, 1e-38f}), """
                Tensor FLOAT32 [2]
                [1.e-45 1.e-38]""");
        assertPrinted(Tensor.of(new float[] {0.0001f, 0.1f}), """
                Tensor FLOAT32 [2]
                [1.e-04 1.e-01]""");
        assertPrinted(Tensor.of(new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 1.5f}), """
                Tensor FLOAT32 [3]
                [ nan -inf  1.5]""");
        assertPrinted(Tensor.of(new float[] {99999999.9f, 1e5f}), """
                Tensor FLOAT32 [2]
                [1.e+08 1.e+05]""");
    }

    @Test
    void scalarsInSinglePrecision() {
        assertPrinted(Tensor.full(DType.FLOAT32, 0.1), "Tensor FLOAT32 []\n0.1");
        assertPrinted(Tensor.full(DType.FLOAT32, 1 / 3.0), "Tensor FLOAT32 []\n0.33333334");
        assertPrinted(Tensor.full(DType.FLOAT32, 999999), "Tensor FLOAT32 []\n999999.0");
        assertPrinted(Tensor.full(DType.FLOAT32, 1234567.9), "Tensor FLOAT32 []\n1.2345679e+06");
        assertPrinted(Tensor.full(DType.FLOAT32, -16777217), "Tensor FLOAT32 []\n-1.6777216e+07");
        assertPrinted(Tensor.full(DType.FLOAT32, 1e10), "Tensor FLOAT32 []\n1e+10");
        assertPrinted(Tensor.full(DType.FLOAT32, 0.00011), "Tensor FLOAT32 []\n0.00011");
        assertPrinted(Tensor.full(DType.FLOAT32, 0.0001), "Tensor FLOAT32 []\n1e-04");
        assertPrinted(Tensor.full(DType.FLOAT32, 1e-45), "Tensor FLOAT32 []\n1e-45");
    }

    @Test
    void scientificNotation() {
        assertPrinted(Tensor.of(1e10, 1), """
                Tensor FLOAT64 [2]
                [1.e+10 1.e+00]""");
        assertPrinted(Tensor.of(1e-5, 2.5), """
                Tensor FLOAT64 [2]
                [1.0e-05 2.5e+00]""");
        assertPrinted(Tensor.of(-1.5e-300, 2e300), """
                Tensor FLOAT64 [2]
                [-1.5e-300  2.0e+300]""");
        assertPrinted(Tensor.of(123456789.123456789, -1), """
                Tensor FLOAT64 [2]
                [ 1.23456789e+08 -1.00000000e+00]""");
        assertPrinted(Tensor.of(1001.0, 1), """
                Tensor FLOAT64 [2]
                [1.001e+03 1.000e+00]""");
        assertPrinted(Tensor.of(1000.0, 1), """
                Tensor FLOAT64 [2]
                [1000.    1.]""");
        assertPrinted(Tensor.of(0, 1e-7), """
                Tensor FLOAT64 [2]
                [0.e+00 1.e-07]""");
        assertPrinted(Tensor.of(new double[] {9.9999999999e9}), """
                Tensor FLOAT64 [1]
                [1.e+10]""");
        assertPrinted(Tensor.of(4.9e-324, 1.7976931348623157e308), """
                Tensor FLOAT64 [2]
                [4.94065646e-324 1.79769313e+308]""");
    }

    @Test
    void notNumbers() {
        assertPrinted(Tensor.of(NAN, 1, -2.5), """
                Tensor FLOAT64 [3]
                [ nan  1.  -2.5]""");
        assertPrinted(Tensor.of(INF, -INF, NAN), """
                Tensor FLOAT64 [3]
                [ inf -inf  nan]""");
        assertPrinted(Tensor.of(NAN, INF), """
                Tensor FLOAT64 [2]
                [nan inf]""");
        assertPrinted(Tensor.of(-INF, 1), """
                Tensor FLOAT64 [2]
                [-inf   1.]""");
        assertPrinted(Tensor.of(NAN, 1e-9, INF), """
                Tensor FLOAT64 [3]
                [   nan 1.e-09    inf]""");
        assertPrinted(Tensor.of(new double[] {NAN}), """
                Tensor FLOAT64 [1]
                [nan]""");
    }

    @Test
    void scalars() {
        assertPrinted(Tensor.of(3.0), """
                Tensor FLOAT64 []
                3.0""");
        assertPrinted(Tensor.of(0.1 + 0.2), """
                Tensor FLOAT64 []
                0.30000000000000004""");
        assertPrinted(Tensor.of(-0.0), """
                Tensor FLOAT64 []
                -0.0""");
        assertPrinted(Tensor.of(1e16), """
                Tensor FLOAT64 []
                1e+16""");
        assertPrinted(Tensor.of(123456789012345.6), """
                Tensor FLOAT64 []
                123456789012345.6""");
        assertPrinted(Tensor.of(1.25e-5), """
                Tensor FLOAT64 []
                1.25e-05""");
        assertPrinted(Tensor.of(2e23), """
                Tensor FLOAT64 []
                2e+23""");
        assertPrinted(Tensor.of(NAN), """
                Tensor FLOAT64 []
                nan""");
        assertPrinted(Tensor.of(-INF), """
                Tensor FLOAT64 []
                -inf""");
    }

    @Test
    void nothing() {
        assertPrinted(Tensor.zeros(0), """
                Tensor FLOAT64 [0]
                []""");
        assertPrinted(Tensor.zeros(2, 0, 3), """
                Tensor FLOAT64 [2, 0, 3]
                []""");
    }

    @Test
    void moreAxes() {
        assertPrinted(Tensor.arange(8).reshape(2, 2, 2), """
                Tensor FLOAT64 [2, 2, 2]
                [[[0. 1.]
                  [2. 3.]]

                 [[4. 5.]
                  [6. 7.]]]""");
        assertPrinted(Tensor.arange(4).reshape(2, 1, 2, 1), """
                Tensor FLOAT64 [2, 1, 2, 1]
                [[[[0.]
                   [1.]]]


                 [[[2.]
                   [3.]]]]""");
    }

    @Test
    void longLinesAreWrapped() {
        assertPrinted(Tensor.arange(40), """
                Tensor FLOAT64 [40]
                [ 0.  1.  2.  3.  4.  5.  6.  7.  8.  9. 10. 11. 12. 13. 14. 15. 16. 17.
                 18. 19. 20. 21. 22. 23. 24. 25. 26. 27. 28. 29. 30. 31. 32. 33. 34. 35.
                 36. 37. 38. 39.]""");
        assertPrinted(Tensor.arange(0, 3.75, 0.25), """
                Tensor FLOAT64 [15]
                [0.   0.25 0.5  0.75 1.   1.25 1.5  1.75 2.   2.25 2.5  2.75 3.   3.25
                 3.5 ]""");
        assertPrinted(Tensor.arange(60).reshape(2, 30).div(8), """
                Tensor FLOAT64 [2, 30]
                [[0.    0.125 0.25  0.375 0.5   0.625 0.75  0.875 1.    1.125 1.25  1.375
                  1.5   1.625 1.75  1.875 2.    2.125 2.25  2.375 2.5   2.625 2.75  2.875
                  3.    3.125 3.25  3.375 3.5   3.625]
                 [3.75  3.875 4.    4.125 4.25  4.375 4.5   4.625 4.75  4.875 5.    5.125
                  5.25  5.375 5.5   5.625 5.75  5.875 6.    6.125 6.25  6.375 6.5   6.625
                  6.75  6.875 7.    7.125 7.25  7.375]]""");
        assertPrinted(Tensor.arange(50).reshape(2, 1, 25).mul(1e6), """
                Tensor FLOAT64 [2, 1, 25]
                [[[       0.  1000000.  2000000.  3000000.  4000000.  5000000.  6000000.
                    7000000.  8000000.  9000000. 10000000. 11000000. 12000000. 13000000.
                   14000000. 15000000. 16000000. 17000000. 18000000. 19000000. 20000000.
                   21000000. 22000000. 23000000. 24000000.]]

                 [[25000000. 26000000. 27000000. 28000000. 29000000. 30000000. 31000000.
                   32000000. 33000000. 34000000. 35000000. 36000000. 37000000. 38000000.
                   39000000. 40000000. 41000000. 42000000. 43000000. 44000000. 45000000.
                   46000000. 47000000. 48000000. 49000000.]]]""");
    }

    @Test
    void largeTensorsShowTheirEdges() {
        assertPrinted(Tensor.arange(1000).slice(0, 0, 3), """
                Tensor FLOAT64 [3]
                [0. 1. 2.]""");
        assertPrinted(Tensor.arange(1001), """
                Tensor FLOAT64 [1001]
                [   0.    1.    2. ...  998.  999. 1000.]""");
        assertPrinted(Tensor.arange(2000).reshape(200, 10), """
                Tensor FLOAT64 [200, 10]
                [[0.000e+00 1.000e+00 2.000e+00 ... 7.000e+00 8.000e+00 9.000e+00]
                 [1.000e+01 1.100e+01 1.200e+01 ... 1.700e+01 1.800e+01 1.900e+01]
                 [2.000e+01 2.100e+01 2.200e+01 ... 2.700e+01 2.800e+01 2.900e+01]
                 ...
                 [1.970e+03 1.971e+03 1.972e+03 ... 1.977e+03 1.978e+03 1.979e+03]
                 [1.980e+03 1.981e+03 1.982e+03 ... 1.987e+03 1.988e+03 1.989e+03]
                 [1.990e+03 1.991e+03 1.992e+03 ... 1.997e+03 1.998e+03 1.999e+03]]""");
        assertPrinted(Tensor.arange(2000).reshape(5, 400), """
                Tensor FLOAT64 [5, 400]
                [[0.000e+00 1.000e+00 2.000e+00 ... 3.970e+02 3.980e+02 3.990e+02]
                 [4.000e+02 4.010e+02 4.020e+02 ... 7.970e+02 7.980e+02 7.990e+02]
                 [8.000e+02 8.010e+02 8.020e+02 ... 1.197e+03 1.198e+03 1.199e+03]
                 [1.200e+03 1.201e+03 1.202e+03 ... 1.597e+03 1.598e+03 1.599e+03]
                 [1.600e+03 1.601e+03 1.602e+03 ... 1.997e+03 1.998e+03 1.999e+03]]""");
        assertPrinted(Tensor.arange(10000).reshape(8, 50, 25).div(7), """
                Tensor FLOAT64 [8, 50, 25]
                [[[0.00000000e+00 1.42857143e-01 2.85714286e-01 ... 3.14285714e+00
                   3.28571429e+00 3.42857143e+00]
                  [3.57142857e+00 3.71428571e+00 3.85714286e+00 ... 6.71428571e+00
                   6.85714286e+00 7.00000000e+00]
                  [7.14285714e+00 7.28571429e+00 7.42857143e+00 ... 1.02857143e+01
                   1.04285714e+01 1.05714286e+01]
                  ...
                  [1.67857143e+02 1.68000000e+02 1.68142857e+02 ... 1.71000000e+02
                   1.71142857e+02 1.71285714e+02]
                  [1.71428571e+02 1.71571429e+02 1.71714286e+02 ... 1.74571429e+02
                   1.74714286e+02 1.74857143e+02]
                  [1.75000000e+02 1.75142857e+02 1.75285714e+02 ... 1.78142857e+02
                   1.78285714e+02 1.78428571e+02]]

                 [[1.78571429e+02 1.78714286e+02 1.78857143e+02 ... 1.81714286e+02
                   1.81857143e+02 1.82000000e+02]
                  [1.82142857e+02 1.82285714e+02 1.82428571e+02 ... 1.85285714e+02
                   1.85428571e+02 1.85571429e+02]
                  [1.85714286e+02 1.85857143e+02 1.86000000e+02 ... 1.88857143e+02
                   1.89000000e+02 1.89142857e+02]
                  ...
                  [3.46428571e+02 3.46571429e+02 3.46714286e+02 ... 3.49571429e+02
                   3.49714286e+02 3.49857143e+02]
                  [3.50000000e+02 3.50142857e+02 3.50285714e+02 ... 3.53142857e+02
                   3.53285714e+02 3.53428571e+02]
                  [3.53571429e+02 3.53714286e+02 3.53857143e+02 ... 3.56714286e+02
                   3.56857143e+02 3.57000000e+02]]

                 [[3.57142857e+02 3.57285714e+02 3.57428571e+02 ... 3.60285714e+02
                   3.60428571e+02 3.60571429e+02]
                  [3.60714286e+02 3.60857143e+02 3.61000000e+02 ... 3.63857143e+02
                   3.64000000e+02 3.64142857e+02]
                  [3.64285714e+02 3.64428571e+02 3.64571429e+02 ... 3.67428571e+02
                   3.67571429e+02 3.67714286e+02]
                  ...
                  [5.25000000e+02 5.25142857e+02 5.25285714e+02 ... 5.28142857e+02
                   5.28285714e+02 5.28428571e+02]
                  [5.28571429e+02 5.28714286e+02 5.28857143e+02 ... 5.31714286e+02
                   5.31857143e+02 5.32000000e+02]
                  [5.32142857e+02 5.32285714e+02 5.32428571e+02 ... 5.35285714e+02
                   5.35428571e+02 5.35571429e+02]]

                 ...

                 [[8.92857143e+02 8.93000000e+02 8.93142857e+02 ... 8.96000000e+02
                   8.96142857e+02 8.96285714e+02]
                  [8.96428571e+02 8.96571429e+02 8.96714286e+02 ... 8.99571429e+02
                   8.99714286e+02 8.99857143e+02]
                  [9.00000000e+02 9.00142857e+02 9.00285714e+02 ... 9.03142857e+02
                   9.03285714e+02 9.03428571e+02]
                  ...
                  [1.06071429e+03 1.06085714e+03 1.06100000e+03 ... 1.06385714e+03
                   1.06400000e+03 1.06414286e+03]
                  [1.06428571e+03 1.06442857e+03 1.06457143e+03 ... 1.06742857e+03
                   1.06757143e+03 1.06771429e+03]
                  [1.06785714e+03 1.06800000e+03 1.06814286e+03 ... 1.07100000e+03
                   1.07114286e+03 1.07128571e+03]]

                 [[1.07142857e+03 1.07157143e+03 1.07171429e+03 ... 1.07457143e+03
                   1.07471429e+03 1.07485714e+03]
                  [1.07500000e+03 1.07514286e+03 1.07528571e+03 ... 1.07814286e+03
                   1.07828571e+03 1.07842857e+03]
                  [1.07857143e+03 1.07871429e+03 1.07885714e+03 ... 1.08171429e+03
                   1.08185714e+03 1.08200000e+03]
                  ...
                  [1.23928571e+03 1.23942857e+03 1.23957143e+03 ... 1.24242857e+03
                   1.24257143e+03 1.24271429e+03]
                  [1.24285714e+03 1.24300000e+03 1.24314286e+03 ... 1.24600000e+03
                   1.24614286e+03 1.24628571e+03]
                  [1.24642857e+03 1.24657143e+03 1.24671429e+03 ... 1.24957143e+03
                   1.24971429e+03 1.24985714e+03]]

                 [[1.25000000e+03 1.25014286e+03 1.25028571e+03 ... 1.25314286e+03
                   1.25328571e+03 1.25342857e+03]
                  [1.25357143e+03 1.25371429e+03 1.25385714e+03 ... 1.25671429e+03
                   1.25685714e+03 1.25700000e+03]
                  [1.25714286e+03 1.25728571e+03 1.25742857e+03 ... 1.26028571e+03
                   1.26042857e+03 1.26057143e+03]
                  ...
                  [1.41785714e+03 1.41800000e+03 1.41814286e+03 ... 1.42100000e+03
                   1.42114286e+03 1.42128571e+03]
                  [1.42142857e+03 1.42157143e+03 1.42171429e+03 ... 1.42457143e+03
                   1.42471429e+03 1.42485714e+03]
                  [1.42500000e+03 1.42514286e+03 1.42528571e+03 ... 1.42814286e+03
                   1.42828571e+03 1.42842857e+03]]]""");
        assertPrinted(Tensor.arange(1200).reshape(2, 3, 200), """
                Tensor FLOAT64 [2, 3, 200]
                [[[0.000e+00 1.000e+00 2.000e+00 ... 1.970e+02 1.980e+02 1.990e+02]
                  [2.000e+02 2.010e+02 2.020e+02 ... 3.970e+02 3.980e+02 3.990e+02]
                  [4.000e+02 4.010e+02 4.020e+02 ... 5.970e+02 5.980e+02 5.990e+02]]

                 [[6.000e+02 6.010e+02 6.020e+02 ... 7.970e+02 7.980e+02 7.990e+02]
                  [8.000e+02 8.010e+02 8.020e+02 ... 9.970e+02 9.980e+02 9.990e+02]
                  [1.000e+03 1.001e+03 1.002e+03 ... 1.197e+03 1.198e+03 1.199e+03]]]""");
    }

    private static void assertPrinted(Tensor tensor, String expected) {
        assertThat(tensor.toString()).isEqualTo(expected);
    }
}
