package rewind.nn.data;

import rewind.autograd.Tensor;

/**
 * One sample and its target, without a batch axis.
 *
 * @param x such as (steps, features)
 * @param y such as (outputs)
 */
public record Sample(Tensor x, Tensor y) {}
