package rewind.nn.sequence;

import rewind.autograd.Tensor;

/**
 * A sequence that was written.
 *
 * @param ids the numbers of its tokens, (tokens), without what it was to follow and without the end token
 * @param logProbability ln p of the tokens and, if it ended, of the end token, given what came before
 * @param score by which results are ordered: logProbability/nᵅ, where n counts the end token, too, see {@link Decoding#lengthNormalization}
 * @param ended whether the end token came, rather than the greatest number of tokens
 */
public record Decoded(Tensor ids, double logProbability, double score, boolean ended) {}
