/** Reviews of previews, and what an apply makes of them. */
export { objection, readReview, reviewOf, reviewText, type Objection, type Review } from "./review";
